import Addresses
import DNSWire
import Testing

@testable import Plugins

@Suite("secondary (RFC 5936, RFC 1996, RFC 1982)")
struct SecondaryTests {
    @Test(arguments: [
        (UInt32(1), UInt32(0), true), (0, 1, false), (5, 5, false), (0, .max, true),
        (.max, 0, false), (1 << 31, 0, false),
    ])
    func `serial numbers go round`(_ left: UInt32, _ right: UInt32, _ isNewer: Bool) {
        #expect(SerialNumber.isNewer(left, than: right) == isNewer)
    }

    private func zone(_ serial: Int, _ address: String) throws -> ChainFixture {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            "db",
            "$TTL 60\n@ SOA ns h \(serial) 2 3 4 30\nwww A \(address)\n"
        )
        return try ChainFixture("transfer {\n to *\n}\nfile \(path)")
    }

    private func secondary(_ primary: Primary) throws -> (ChainFixture, SecondaryPlugin) {
        let chain = try ChainFixture("secondary {\n transfer from 127.0.0.1:\(primary.port)\n}")
        return (chain, try #require(chain.chain.plugins.first as? SecondaryPlugin))
    }

    @Test func `a zone is fetched, and fetched again when its serial number grows`() throws {
        let primary = try Primary(try zone(1, "192.0.2.1"))
        let (chain, plugin) = try secondary(primary)
        #expect(try chain.ask("www.example.test").disposition == .serverFailure)
        plugin.refresh()
        let first = ["www.example.test. 60 IN A 192.0.2.1"]
        #expect(try chain.ask("www.example.test").answers == first)
        primary.serve(try zone(1, "192.0.2.9"))
        plugin.refresh()
        #expect(try chain.ask("www.example.test").answers == first)
        primary.serve(try zone(2, "192.0.2.2"))
        plugin.refresh()
        #expect(
            try chain.ask("www.example.test").answers == ["www.example.test. 60 IN A 192.0.2.2"]
        )
    }

    @Test func `a primary that refuses leaves the zone unanswered`() throws {
        let primary = try Primary(try ChainFixture("whoami", zones: "other.test"))
        let (chain, plugin) = try secondary(primary)
        plugin.refresh()
        #expect(try chain.ask("www.example.test").disposition == .serverFailure)
        #expect(try chain.log().contains { $0.contains("Failed transfer of example.test.") })
    }

    @Test func `news are taken from primaries only`() throws {
        let primary = try Primary(try zone(1, "192.0.2.1"))
        let (_, plugin) = try secondary(primary)
        let zone = try #require(Name("example.test."))
        let other = ClientAddress(address: IPAddress(ipv4: 0xC000_0201), port: 1)
        #expect(!plugin.takeNotify(of: zone, from: other))
        #expect(!plugin.takeNotify(of: .root, from: other))
        let own = ClientAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 1)
        #expect(plugin.takeNotify(of: zone, from: own))
    }

    @Test(arguments: [
        ("", "'transfer from' is required"), ("transfer from", "needs an argument"),
        ("transfer to 127.0.0.1", "unknown property"), ("catalog", "'transfer from' is required"),
        ("transfer from 127.0.0.1\n catalog a..b", "a..b"),
        ("transfer from nobody", "is not the address of a server"),
    ])
    func `mistakes are told`(_ option: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) {
            try ChainFixture("secondary {\n \(option)\n}")
        }
        #expect("\(try #require(error))".contains(message))
    }
}
