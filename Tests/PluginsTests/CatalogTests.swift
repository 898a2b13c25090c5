import DNSWire
import TestSupport
import Testing
import ZoneFiles

@testable import Plugins

@Suite("RFC 9432 §4: what a catalog zone says")
struct CatalogTests {
    private static let version = "version TXT 2\n"

    private static func zone(_ text: String) throws -> StaticZone {
        let start = "$ORIGIN cat.test.\n$TTL 0\n@ SOA . . 1 2 3 4 5\n@ NS invalid.\n"
        return try StaticZone(ZoneFile(parsing: Array((start + text).utf8), file: "cat"))
    }

    /// The members on one line: zone, label, and the catalog that may have it.
    private static func members(_ text: String) throws -> String {
        let catalog = try Catalog(try zone(text))
        return catalog.members.values.sorted { $0.zone < $1.zone }.map { member in
            let label = String(decoding: member.label, as: UTF8.self)
            return "\(member.zone)=\(label)" + (member.newOwner.map { ">\($0)" } ?? "")
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("", ""), ("a.zones PTR a.test.\n", "a.test.=a"),
        ("a.zones PTR a.test.\nb.zones PTR b.test.\n", "a.test.=a b.test.=b"),
        // Names compare without case; a label does, too.
        ("LABEL.Zones PTR A.Test.\n", "a.test.=label"),
        ("a.zones PTR .\n", ".=a"), ("a.zones PTR cat.test.\n", "cat.test.=a"),
        (
            "a.zones PTR a.test.\ncoo.a.zones PTR Other.Test.\ngroup.a.zones TXT g h\n",
            "a.test.=a>other.test."
        ),
        // What has no meaning here is passed over.
        ("a.zones TXT a.test.\nzones PTR b.test.\nb.sub.zones PTR c.test.\n", ""),
        ("coo.a.zones PTR other.test.\n", ""), ("a PTR a.test.\nx.ext TXT y\n", ""),
        ("a.zones PTR a.test.\na.zones TXT note\nserial.a.zones TXT 5\n", "a.test.=a"),
        ("a.zones PTR a.test.\na.zones PTR a.test.\n", "a.test.=a"),
    ])
    func `each node below 'zones' with a PTR record is a member`(
        _ text: String,
        _ expected: String
    ) throws {
        #expect(try Self.members(Self.version + text) == expected)
    }

    @Test(arguments: [
        ("", "it has no TXT record at version.cat.test."),
        ("version A 192.0.2.2\n", "it has no TXT record at version.cat.test."),
        ("version TXT 1\n", "its schema is not the one of RFC 9432, version 2"),
        ("version TXT 2 2\n", "its schema is not the one of RFC 9432, version 2"),
        ("version TXT 2\nversion TXT 1\n", "it has more than one TXT record at version.cat.test."),
        (
            version + "a.zones PTR a.test.\na.zones PTR b.test.\n",
            "it has more than one PTR record at a.zones.cat.test."
        ),
        (
            version + "a.zones PTR a.test.\nb.zones PTR A.test.\n",
            "it names a.test. at more than one label"
        ),
        (
            version + "a.zones PTR a.test.\ncoo.a.zones PTR b.test.\ncoo.a.zones PTR c.test.\n",
            "it has more than one PTR record at coo.a.zones.cat.test."
        ),
    ])
    func `a broken catalog is not processed`(_ text: String, _ reason: String) throws {
        let error = #expect(throws: Catalog.Broken.self) { try Self.members(text) }
        #expect(error?.description == reason)
    }

    @Test func `a catalog has a bound`() throws {
        func text(_ count: Int) -> String {
            Self.version + (0..<count).map { "l\($0).zones PTR z\($0).test.\n" }.joined()
        }
        #expect(try Catalog(Self.zone(text(10_000))).members.count == 10_000)
        let error = #expect(throws: Catalog.Broken.self) {
            try Catalog(try Self.zone(text(10_001)))
        }
        #expect(error?.description == "it names more than 10000 zones")
    }

    @Test func `whatever records come, the catalog is what they say or broken`() throws {
        var random = SeededGenerator(seed: 9_432)
        let nodes = ["a.zones", "b.zones", "c.d.zones", "coo.a.zones", "version", "zones", "x"]
        let values = ["PTR p.test.", "PTR q.test.", "TXT 2", "TXT 1", "TXT \"\"", "A 192.0.2.1"]
        for _ in 0..<400 {
            var lines = random.chance(4) ? [] : [["version", "TXT 2"]]
            for _ in 0..<random.number(0...6) {
                let node = try #require(nodes.randomElement(using: &random))
                lines.append([node, try #require(values.randomElement(using: &random))])
            }
            let text = lines.map { "\($0[0]) \($0[1])\n" }.joined()
            #expect((try? Self.members(text)) == Self.model(lines), "\(text)")
        }
    }

    /// The same from the lines, in the plainest way; nil if they are broken.
    private static func model(_ lines: [[String]]) -> String? {
        func values(_ node: String, _ type: String) -> Set<String> {
            Set(
                lines.filter { $0[0] == node && $0[1].hasPrefix(type) }
                    .map { String($0[1].dropFirst(type.count + 1)) }
            )
        }
        guard values("version", "TXT") == ["2"] else { return nil }
        let (first, second) = (values("a.zones", "PTR"), values("b.zones", "PTR"))
        let owner = values("coo.a.zones", "PTR")
        guard first.count < 2, second.count < 2, first.isDisjoint(with: second) else { return nil }
        guard first.isEmpty || owner.count < 2 else { return nil }
        let moved = owner.first.map { ">\($0)" } ?? ""
        let members = first.map { "\($0)=a\(moved)" } + second.map { "\($0)=b" }
        return members.sorted().joined(separator: " ")
    }
}
