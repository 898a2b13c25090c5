import Foundation
import Testing

@testable import martlet

@Suite("martlet check")
struct CheckTests {
    /// A place with a Corefile of a text.
    private func place(_ corefile: String) throws -> (Place, String) {
        let place = try Place()
        let path = place.directory + "/Corefile"
        try corefile.write(toFile: path, atomically: true, encoding: .utf8)
        return (place, path)
    }

    private static let good = """
        cluster.local:1053 {
            errors
            prometheus 127.0.0.1:9153
            kubernetes
        }

        """
    private static let dear = ". {\n    log\n    forward . 192.0.2.1\n}\n"

    @Test func `a Corefile is explained`() throws {
        let (place, path) = try place(Self.good)
        let result = try place.run("check", path)
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        #expect(
            result.output == """
                \(path): 1 server block ok
                  cluster.local. on dns://:1053
                    prometheus > errors > kubernetes
                  prometheus at http://127.0.0.1:9153/metrics

                """
        )
    }

    @Test(arguments: [
        (".:53 {\n", true), ("# a comment\n\n  a.test b.test {", true), ("(common) {\n", true),
        ("\u{FEFF}. {\n", true), ("a.test,\nb.test {\n", false), ("apiVersion: v1\n", false),
        ("{\n", false), ("{ \"a\": {\n", false), ("- {\n", false), ("\"a\": {\n", false),
        ("", false),
    ])
    func `a Corefile is known by how it begins`(_ text: String, _ isCorefile: Bool) {
        #expect(CheckedFile.beginsAsCorefile(Array(text.utf8)) == isCorefile)
    }

    @Test func `a Corefile of any name is checked, and so are those of a directory`() throws {
        let place = try Place()
        for (name, text) in [("dns.conf", Self.good), ("Corefile.old", Self.good)] {
            try text.write(toFile: "\(place.directory)/\(name)", atomically: true, encoding: .utf8)
        }
        let zone = "a.test. 60 SOA ns h 1 2 3 4 5\n"
        try zone.write(toFile: "\(place.directory)/a.zone", atomically: true, encoding: .utf8)
        let result = try place.run("check", "\(place.directory)/dns.conf", place.directory)
        #expect(result.status == 0)
        let heads = result.output.split(separator: "\n").filter { $0.hasSuffix(" ok") }
        #expect(
            heads == [
                "\(place.directory)/dns.conf: 1 server block ok",
                "\(place.directory)/Corefile.old: 1 server block ok",
                "\(place.directory)/a.zone: a.test., 1 record ok",
            ]
        )
    }

    @Test func `warnings name their place, and fail only if asked to`() throws {
        let (place, path) = try place(Self.dear)
        let result = try place.run("check", path)
        #expect(result.status == 0)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("warning: \(path):3: nobody is told why") == true)
        #expect(lines.last?.hasPrefix("warning: \(path):2: log writes a line") == true)
        let strict = try place.run("check", "--strict", path)
        #expect(strict.status == 1)
        #expect(strict.output == result.output)
        let (calm, other) = try self.place(Self.good)
        #expect(try calm.run("check", "--strict", other).status == 0)
    }

    @Test func `hints never fail`() throws {
        let (place, path) = try place(
            """
            . {
                errors
                kubernetes cluster.local
                forward . 192.0.2.1
            }

            """
        )
        let result = try place.run("check", "--strict", path)
        #expect(result.status == 0)
        #expect(result.errors.hasPrefix("hint: \(path):3: pods with ndots:5"))
    }

    @Test func `every mistake is named`() throws {
        let (place, path) = try place(". {\n nonsense\n forward\n}\n")
        let result = try place.run("check", path)
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.split(separator: "\n").count == 2)
        #expect(result.errors.contains("error: \(path):2: unknown directive \"nonsense\""))
        #expect(result.errors.contains("error: \(path):3: "))
    }

    @Test func `programs read JSON`() throws {
        let (place, path) = try place(Self.dear)
        let result = try place.run("check", "-o", "json", path, "/no/such.zone")
        #expect(result.status == 1)
        let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let files = try #require(json as? [[String: Any]])
        try #require(files.count == 2)
        #expect(files[0]["path"] as? String == path)
        #expect(files[0]["ok"] as? Bool == true)
        let warnings = try #require(files[0]["warnings"] as? [[String: Any]])
        #expect(warnings.compactMap { $0["line"] as? Int } == [3, 2])
        #expect(warnings.allSatisfy { $0["level"] as? String == "warning" })
        let block = try #require((files[0]["blocks"] as? [[String: Any]])?.first)
        #expect(block["plugins"] as? [String] == ["log", "forward"])
        #expect(block["listeners"] as? [String] == ["dns://:53"])
        #expect(files[1]["ok"] as? Bool == false)
        #expect((files[1]["errors"] as? [String])?.count == 1)
    }
}
