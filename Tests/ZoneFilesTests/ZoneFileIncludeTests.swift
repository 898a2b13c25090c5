import DNSWire
import Foundation
import Testing
import ZoneFiles

/// Zone files of a directory of their own, removed at the end.
final class ZoneDirectory {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "martlet-zones-\(UUID().uuidString)")

    init(_ files: [String: String]) throws {
        for (name, text) in files {
            let file = directory.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String {
        directory.appending(path: name).path(percentEncoded: false)
    }

    /// Reads `main` as the zone `example.org`.
    func zone() throws(ZoneFileError) -> ZoneFile {
        try ZoneFile(contentsOf: path("main"), origin: Name("example.org."))
    }
}

@Suite("RFC 1035 §5.1: $INCLUDE")
struct ZoneFileIncludeTests {
    private static let start = "@ SOA ns1 admin 1 7200 900 1209600 300\n"

    @Test func `records of another file stand in its place`() throws {
        let directory = try ZoneDirectory([
            "main": """
            $TTL 60
            \(Self.start)www A 192.0.2.1
            $INCLUDE hosts/a
                A 192.0.2.2
            $INCLUDE hosts/a sub ; with another origin
            x A 192.0.2.3
            $INCLUDE "hosts/with space;"
            """,
            // The path of a file begins where the file is that names it.
            "hosts/a": "    TXT owner\n$TTL 5\n$ORIGIN deep\ny A 192.0.2.4\n$INCLUDE b\n",
            "hosts/b": "z A 192.0.2.5\n",
            "hosts/with space;": "last A 192.0.2.6\n",
        ])
        let zone = try directory.zone()
        #expect(
            zone.records.dropFirst().map { "\($0.name) \($0.timeToLive) \($0.data)" } == [
                "www.example.org. 60 192.0.2.1", "www.example.org. 60 \"owner\"",
                "y.deep.example.org. 5 192.0.2.4", "z.deep.example.org. 5 192.0.2.5",
                "www.example.org. 60 192.0.2.2", "y.deep.sub.example.org. 5 192.0.2.4",
                "z.deep.sub.example.org. 5 192.0.2.5", "x.example.org. 60 192.0.2.3",
                "last.example.org. 60 192.0.2.6",
            ]
        )
        let names = ["hosts/a", "hosts/b", "hosts/with space;"]
        #expect(zone.includedFiles == names.map(directory.path))
    }

    @Test func `the start and its minimum may be in another file`() throws {
        let directory = try ZoneDirectory([
            "main": "$INCLUDE soa\nx A 192.0.2.1\n", "soa": Self.start,
        ])
        #expect(try directory.zone().records.map(\.timeToLive) == [300, 300])
    }

    /// A mistake, and the file and line that it is told of.
    static let mistakes: [(files: [String: String], place: String, said: String)] = [
        (["main": start + "$INCLUDE\n"], "main:2", "needs a file"),
        (["main": start + "$INCLUDE a b c\n"], "main:2", "needs a file"),
        (["main": start + "$INCLUDE \"\"\n"], "main:2", "needs a file"),
        (["main": start + "\n$INCLUDE none\n"], "main:3", "none: cannot be read: No such file"),
        (["main": start + "$INCLUDE .\n"], "main:2", "Is a directory"),
        (["main": start + "$INCLUDE a b..c\n", "a": ""], "main:2", "no domain name"),
        (["main": start + "$INCLUDE main\n"], "main:2", "does a file include itself?"),
        (["main": start + "$INCLUDE a\n", "a": "\nx A 1.2.3\n"], "a:2", "no data of A"),
        (["main": start + "$INCLUDE a\n", "a": "\n\n\(start)"], "a:3", "a second SOA record"),
        (
            ["main": start + "$INCLUDE a\n", "a": "b.test. A 192.0.2.1\n"], "a:1",
            "outside the zone"
        ),
        (["main": "$INCLUDE a\n", "a": "x A 192.0.2.1\n"], "main", "there is no SOA record"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told with its file and line`(
        files: [String: String],
        place: String,
        said: String
    ) throws {
        let directory = try ZoneDirectory(files)
        let error = try #require(throws: ZoneFileError.self) { try directory.zone() }
        #expect("\(error)".hasPrefix(directory.path(place) + ": "), "\(error)")
        #expect("\(error)".contains(said), "\(error)")
    }

    @Test func `files that include each other again and again are bounded`() throws {
        // Seven deep, each level a hundred times the one before.
        let lines = String(repeating: "$INCLUDE main\n", count: 100)
        let directory = try ZoneDirectory(["main": lines])
        let error = try #require(throws: ZoneFileError.self) { try directory.zone() }
        #expect(error.problem == .tooManyIncludes)
        var files = ["main": Self.start + "$INCLUDE 1\n"]
        for depth in 1...6 {
            files["\(depth)"] = String(repeating: "$INCLUDE \(depth + 1)\n", count: 20)
        }
        files["7"] = ""
        let wide = try ZoneDirectory(files)
        #expect(throws: ZoneFileError.self) { try wide.zone() }
    }

    @Test func `text without a file includes none`() throws {
        let error = try #require(throws: RecordTextError.self) {
            try ResourceRecord(parsing: "$INCLUDE /etc/passwd")
        }
        #expect("\(error)".contains("$INCLUDE has no place here"))
    }
}
