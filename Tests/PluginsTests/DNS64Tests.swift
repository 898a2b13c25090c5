import Addresses
import DNSWire
import Plugins
import Testing

@Suite("The plugin dns64 (RFC 6147)")
struct DNS64Tests {
    private static let client = IPAddress("2001:db8::53")

    private func fixture(_ directive: String) throws -> (ChainFixture, ScriptedUpstream) {
        let upstream = ScriptedUpstream()
        upstream.code = .noError
        let chain = try ChainFixture(directive, behind: [upstream])
        let owner = try #require(Name("four.example.test"))
        chain.resolver.records = [
            ResourceRecord(
                name: owner,
                timeToLive: 300,
                data: .address(IPAddress(ipv4: 0xC000_0221))
            )
        ]
        return (chain, upstream)
    }

    @Test(arguments: [
        // RFC 6052 §2.4.
        ("dns64", "64:ff9b::c000:221"), ("dns64 2001:db8::/32", "2001:db8:c000:221::"),
        ("dns64 2001:db8:100::/40", "2001:db8:1c0:2:21::"),
        ("dns64 {\nprefix 2001:db8:122::/48\n}", "2001:db8:122:c000:2:2100::"),
        ("dns64 2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
        ("dns64 2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100:0"),
        ("dns64 2001:db8:122:344::/96", "2001:db8:122:344::c000:221"),
    ])
    func `an address is put behind the prefix`(_ directive: String, _ expected: String) throws {
        let (chain, _) = try fixture(directive)
        let client = try #require(Self.client)
        let reply = try chain.ask("four.example.test", .aaaa, client: client)
        let made = try #require(IPAddress(expected))
        #expect(reply.message.answers.map(\.data) == [.address(made)])
        #expect(chain.resolver.asked == ["four.example.test. A 1"])
        #expect(chain.metrics.contains { $0.hasSuffix("translated_total{server=\"\"} 1") })
    }

    @Test func `the time is that of the address, of the SOA or ten minutes, whichever is least`()
        throws
    {
        for (soa, seconds, expected) in [(nil, 300, 300), (nil, 900, 600), (60, 300, 60)]
            as [(UInt32?, UInt32, UInt32)]
        {
            let (chain, upstream) = try fixture("dns64")
            upstream.authorities = soa.map { [.denial(.root, ttl: $0)] } ?? []
            chain.resolver.records[0].timeToLive = seconds
            let client = try #require(Self.client)
            let reply = try chain.ask("four.example.test", .aaaa, client: client)
            #expect(reply.message.answers.map(\.timeToLive) == [expected])
        }
    }

    @Test(arguments: [
        ("dns64", "127.0.0.1", false), ("dns64 {\nallow_ipv4\n}", "127.0.0.1", true),
        ("dns64", "2001:db8::1", true),
    ])
    func `clients over IPv4 are left alone unless told`(
        _ directive: String,
        _ client: String,
        _ isTranslated: Bool
    ) throws {
        let (chain, _) = try fixture(directive)
        let address = try #require(IPAddress(client))
        let reply = try chain.ask("four.example.test", .aaaa, client: address)
        #expect(reply.answers.isEmpty != isTranslated)
    }

    @Test(arguments: [("dns64", false), ("dns64 {\ntranslate_all\n}", true)])
    func `a name with IPv6 addresses keeps them unless told`(
        _ directive: String,
        _ isTranslated: Bool
    ) throws {
        let (chain, upstream) = try fixture(directive)
        let owner = try #require(Name("four.example.test"))
        let real = try #require(IPAddress("2001:db8::4"))
        upstream.answers["four.example.test. AAAA"] = [
            ResourceRecord(name: owner, timeToLive: 5, data: .address(real))
        ]
        let reply = try chain.ask("four.example.test", .aaaa, client: try #require(Self.client))
        #expect((reply.message.answers.map(\.data) != [.address(real)]) == isTranslated)
    }

    @Test func `what does not exist, other types and validators are left alone`() throws {
        let (chain, upstream) = try fixture("dns64")
        let client = try #require(Self.client)
        _ = try chain.ask("four.example.test", .mx, client: client)
        let dnssec = EDNS(udpPayloadSize: 1232, isDNSSECOK: true)
        _ = try chain.ask("four.example.test", .aaaa, client: client, flags: 0x0110, edns: dnssec)
        upstream.code = .nameError
        #expect(try chain.ask("four.example.test", .aaaa, client: client).code == .nameError)
        #expect(chain.resolver.asked == [])
    }

    @Test(arguments: [
        (
            "dns64 10.0.0.0/8",
            "2: dns64: invalid netmask 32 IPv6 address: \"10.0.0.0/8\": write an IPv6"
                + " prefix such as 64:ff9b::/96"
        ),
        (
            "dns64 64:ff9b::/97",
            "2: dns64: invalid prefix length \"64:ff9b::/97\": write /32 to /96, a multiple of 8"
        ),
        ("dns64 {\nother\n}", "3: unknown property 'other' of 'dns64': did you mean"),
    ])
    func `a mistake is told`(_ directive: String, _ expected: String) throws {
        let error = #expect(throws: (any Error).self) { try ChainFixture(directive) }
        #expect(error.map { "\($0)" }?.hasPrefix("Corefile:\(expected.prefix(40))") == true)
    }
}
