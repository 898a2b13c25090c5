import Addresses
import DNSWire
import Testing

@testable import Plugins

@Suite("RFC 9432 §5: zones that catalogs add to secondary")
struct CatalogMemberTests {
    /// A primary's zones: catalogs by what they say below `zones`, others by the address of `www`.
    private func zones(
        _ serial: Int,
        catalogs: [String: String],
        _ addresses: [String: String]
    ) throws -> ChainFixture {
        let directory = try TemporaryDirectory()
        var directives = "transfer {\n to *\n}\n"
        let texts = catalogs.mapValues { "version TXT 2\n\($0)" }
            .merging(addresses.mapValues { "www A \($0)\n" }) { first, _ in first }
        for (zone, text) in texts {
            let start = "$TTL 60\n@ SOA ns h \(serial) 3600 3600 36000 30\n@ NS invalid.\n"
            let path = try directory.write(zone, start + text)
            directives += "file \(path) \(zone)\n"
        }
        return try ChainFixture(directives, zones: ".")
    }

    private func secondary(
        _ primary: Primary,
        _ options: String = "catalog",
        catalogs: String = "cat.test",
        more: String = ""
    ) throws -> (ChainFixture, SecondaryPlugin) {
        let from = "transfer from 127.0.0.1:\(primary.port)"
        let chain = try ChainFixture(
            "transfer {\n to *\n}\nsecondary \(catalogs) {\n \(from)\n \(options)\n}\n\(more)",
            zones: "."
        )
        let plugins = chain.chain.plugins
        return (chain, try #require(plugins.lazy.compactMap { $0 as? SecondaryPlugin }.first))
    }

    private func address(_ chain: ChainFixture, _ name: String) throws -> String {
        let reply = try chain.ask(name)
        if reply.disposition != .written { return "\(reply.disposition)" }
        return reply.answers.first.map { "\($0.split(separator: " ")[4])" } ?? "\(reply.code)"
    }

    @Test func `members appear, change and vanish with the catalog`() throws {
        let both = "1.zones PTR a.test.\n2.zones PTR b.test.\n"
        let addresses = ["a.test": "192.0.2.1", "b.test": "192.0.2.2"]
        let primary = try Primary(try zones(1, catalogs: ["cat.test": both], addresses))
        let (chain, plugin) = try secondary(primary)
        #expect(try address(chain, "www.a.test") == "refused")
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == "192.0.2.1")
        #expect(try address(chain, "www.b.test") == "192.0.2.2")
        #expect(try address(chain, "none.b.test") == "NXDOMAIN")
        // What is served is given on, the catalog included.
        #expect(try chain.transfer("b.test").messages.flatMap(\.answers).count == 4)
        #expect(try chain.transfer("cat.test").messages.flatMap(\.answers).count == 6)
        #expect(
            try chain.ask("version.cat.test", .txt).answers == [#"version.cat.test. 60 IN TXT "2""#]
        )

        let one = ["cat.test": "1.zones PTR a.test.\n"]
        primary.serve(try zones(2, catalogs: one, ["a.test": "192.0.2.9", "b.test": "192.0.2.8"]))
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == "192.0.2.9")
        #expect(try address(chain, "www.b.test") == "refused")
        #expect(try chain.transfer("b.test").reply.disposition == .refused)
        let log = try chain.log()
        #expect(
            log.filter { $0.contains("catalog") } == [
                "[INFO] plugin/secondary: Added catalog member zone a.test. from catalog cat.test.",
                "[INFO] plugin/secondary: Added catalog member zone b.test. from catalog cat.test.",
                "[INFO] plugin/secondary: Parsed catalog zone cat.test. with 2 member zones",
                "[INFO] plugin/secondary: Removed catalog member zone b.test. from catalog "
                    + "cat.test.",
                "[INFO] plugin/secondary: Parsed catalog zone cat.test. with 1 member zones",
            ]
        )
    }

    @Test func `a member with another label starts anew`() throws {
        let address = ["a.test": "192.0.2.1"]
        func catalog(_ label: String) -> [String: String] {
            ["cat.test": "\(label).zones PTR a.test.\n"]
        }
        let primary = try Primary(try zones(5, catalogs: catalog("1"), address))
        let (chain, plugin) = try secondary(primary)
        plugin.refresh()
        #expect(try self.address(chain, "www.a.test") == "192.0.2.1")
        // An older serial number counts again, as nothing is known of the zone.
        let directory = try zones(6, catalogs: catalog("2"), [:])
        primary.serve(directory)
        plugin.refresh()
        #expect(try self.address(chain, "www.a.test") == "serverFailure")
        primary.serve(try zones(3, catalogs: catalog("2"), ["a.test": "192.0.2.3"]))
        plugin.refresh()
        #expect(try self.address(chain, "www.a.test") == "192.0.2.3")
        #expect(try chain.log().contains { $0.contains("Reset catalog member zone a.test.") })
    }

    @Test func `a broken catalog leaves its members as they were`() throws {
        let addresses = ["a.test": "192.0.2.1", "b.test": "192.0.2.2"]
        let primary = try Primary(
            try zones(1, catalogs: ["cat.test": "1.zones PTR a.test.\n"], addresses)
        )
        let (chain, plugin) = try secondary(primary)
        plugin.refresh()
        let broken = "1.zones PTR b.test.\n2.zones PTR b.test.\n"
        primary.serve(try zones(2, catalogs: ["cat.test": broken], addresses))
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == "192.0.2.1")
        #expect(try address(chain, "www.b.test") == "refused")
        #expect(
            try chain.log().contains {
                $0.hasSuffix(
                    "it is no catalog zone (RFC 9432): it names b.test. at more than one label"
                )
            }
        )
    }

    @Test func `a zone that the Corefile names stays what it is`() throws {
        let addresses = ["a.test": "192.0.2.1"]
        let catalog = ["cat.test": "1.zones PTR a.test.\n2.zones PTR cat.test.\n"]
        let primary = try Primary(try zones(1, catalogs: catalog, addresses))
        let other = try Primary(try zones(1, catalogs: [:], ["a.test": "192.0.2.7"]))
        let more = "secondary a.test {\n transfer from 127.0.0.1:\(other.port)\n}"
        let (chain, plugin) = try secondary(primary, more: more)
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == "192.0.2.7")
        let log = try chain.log().filter { $0.contains("Skipping") }
        #expect(log.count == 2)
        #expect(log.allSatisfy { $0.hasSuffix("the Corefile names this zone") })
    }

    @Test func `only admitted zones become members`() throws {
        let catalog = [
            "cat.test": "1.zones PTR a.test.\n2.zones PTR x.a.test.\n3.zones PTR ba.test.\n"
        ]
        let addresses = ["a.test": "192.0.2.1", "x.a.test": "192.0.2.2", "ba.test": "192.0.2.3"]
        let primary = try Primary(try zones(1, catalogs: catalog, addresses))
        let (chain, plugin) = try secondary(primary, "catalog a.test other.test")
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == "192.0.2.1")
        #expect(try address(chain, "www.x.a.test") == "192.0.2.2")
        #expect(try address(chain, "www.ba.test") == "refused")
        #expect(try chain.log().contains { $0.contains("Skipping catalog member zone ba.test.") })
    }

    @Test func `unknown names of members fall through as the directive says`() throws {
        let catalog = ["cat.test": "1.zones PTR a.test.\n"]
        let primary = try Primary(try zones(1, catalogs: catalog, ["a.test": "192.0.2.1"]))
        let (chain, plugin) = try secondary(
            primary,
            "catalog\n fallthrough a.test",
            more: "erratic {\n drop 0\n truncate 0\n delay 0\n}"
        )
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == "192.0.2.1")
        #expect(try address(chain, "none.a.test") == "192.0.2.53")
    }

    /// Two catalogs of one primary that name the same zone.
    @Test(arguments: [
        // Nothing gives it away.
        ("1", "", "1", "192.0.2.1", false),
        // Another catalog would get it.
        ("1", "coo.1.zones PTR third.test.\n", "1", "192.0.2.1", false),
        // It moves with its data, or without.
        ("1", "coo.1.zones PTR new.test.\n", "1", "192.0.2.1", true),
        ("1", "coo.1.zones PTR new.test.\n", "2", "serverFailure", true),
    ])
    func `a member goes to another catalog if its own gives it away`(
        _ label: String,
        _ property: String,
        _ newLabel: String,
        _ expected: String,
        _ moves: Bool
    ) throws {
        let old = "\(label).zones PTR a.test.\n"
        let both = ["old.test": old + property, "new.test": ""]
        let primary = try Primary(try zones(1, catalogs: both, ["a.test": "192.0.2.1"]))
        let (chain, plugin) = try secondary(primary, catalogs: "old.test new.test")
        plugin.refresh()
        let taken = "\(newLabel).zones PTR a.test.\n"
        // The zone itself can't be fetched any more: what is answered is what is known.
        let next = ["old.test": old + property, "new.test": taken]
        primary.serve(try zones(2, catalogs: next, [:]))
        plugin.refresh()
        #expect(try address(chain, "www.a.test") == expected)
        // Its owner is the one that can take it away.
        primary.serve(try zones(3, catalogs: ["old.test": "", "new.test": taken], [:]))
        plugin.refresh()
        let log = try chain.log()
        #expect(log.contains { $0.contains("Migrated catalog member zone a.test.") } == moves)
        #expect(log.contains { $0.contains("Removed catalog member zone a.test.") } != moves)
        // Given up by its owner, it is the other one's.
        let added = "Added catalog member zone a.test. from catalog new.test."
        #expect(log.contains { $0.hasSuffix(added) } != moves)
        #expect(try chain.ask("www.a.test").disposition != .refused)
        #expect(!plugin.members.budget.isUnused == (expected == "192.0.2.1" && moves))
    }

    @Test func `what members need is given back`() throws {
        let catalog = "1.zones PTR a.test.\n2.zones PTR b.test.\n"
        let addresses = ["a.test": "192.0.2.1", "b.test": "192.0.2.2"]
        let primary = try Primary(try zones(1, catalogs: ["cat.test": catalog], addresses))
        let (_, plugin) = try secondary(primary)
        plugin.refresh()
        #expect(!plugin.members.budget.isUnused)
        primary.serve(try zones(2, catalogs: ["cat.test": catalog], addresses))
        plugin.refresh()
        primary.serve(try zones(3, catalogs: ["cat.test": ""], addresses))
        plugin.refresh()
        #expect(plugin.members.budget.isUnused)
        #expect(plugin.members.set.current.members.isEmpty)
    }

    @Test func `catalogs have a bound together, and say little of what is beyond it`() throws {
        func catalog(_ name: String) -> String {
            (0..<6_000).map { "\($0).zones PTR z\($0).\(name).test.\n" }.joined()
        }
        let catalogs = ["one.test": catalog("a"), "two.test": catalog("b")]
        let primary = try Primary(try zones(1, catalogs: catalogs, [:]))
        let (chain, plugin) = try secondary(primary, catalogs: "one.test two.test")
        plugin.refresh(withMembers: false)
        #expect(plugin.members.set.current.members.count == 10_000)
        // They are there, and there is nothing to answer from yet.
        #expect(try chain.ask("www.z5999.a.test").disposition == .serverFailure)
        let log = try chain.log()
        let skipped = log.filter { $0.contains("there are 10000 members already") }
        #expect(skipped.count == 10)
        #expect(log.contains { $0.hasSuffix("1990 more members of two.test. are like this") })
    }

    @Test func `members have a bound together`() throws {
        let budget = TransferBudget(octetsMax: 100, recordCountMax: 10)
        var (one, other) = (TransferShare(of: budget), TransferShare(of: budget))
        try one.grow(octets: 60, records: 5)
        #expect(throws: WireTransferError.self) { try other.grow(octets: 41, records: 1) }
        #expect(throws: WireTransferError.self) { try other.grow(octets: 1, records: 6) }
        try other.grow(octets: 40, records: 5)
        one.giveBack()
        #expect(!budget.isUnused)
        other.giveBack()
        other.giveBack()
        #expect(budget.isUnused)
    }

    @Test func `news of members are taken from the catalog's primaries only`() throws {
        let catalog = ["cat.test": "1.zones PTR a.test.\n"]
        let primary = try Primary(try zones(1, catalogs: catalog, ["a.test": "192.0.2.1"]))
        let (_, plugin) = try secondary(primary)
        plugin.refresh()
        let zone = try #require(Name("a.test."))
        let other = ClientAddress(address: IPAddress(ipv4: 0xC000_0201), port: 1)
        #expect(!plugin.takeNotify(of: zone, from: other))
        let own = ClientAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 1)
        #expect(plugin.takeNotify(of: zone, from: own))
        plugin.stop()
    }
}
