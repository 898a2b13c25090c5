import Addresses
import Testing

@testable import Corefile

@Suite("Corefile: server keys")
struct ServerAddressTests {
    static let accepted: [(String, [String])] = [
        (".", ["dns://.:53"]),
        (".:1053", ["dns://.:1053"]),
        ("Cluster.LOCAL", ["dns://cluster.local.:53"]),
        ("a.example.:0", ["dns://a.example.:0"]),
        ("dns://a", ["dns://a.:53"]),
        ("tls://a", ["tls://a.:853"]),
        ("quic://a", ["quic://a.:853"]),
        ("grpc://a", ["grpc://a.:443"]),
        ("https://a:8443", ["https://a.:8443"]),
        ("https3://a", ["https3://a.:443"]),
        ("TLS://a", ["dns://tls://a.:53"]),
        ("foo://x", ["dns://foo://x.:53"]),
        ("10.0.0.0/8", ["dns://10.in-addr.arpa.:53"]),
        ("10.1.2.3/24:54", ["dns://2.1.10.in-addr.arpa.:54"]),
        ("10.0.0.0/15", ["dns://0.10.in-addr.arpa.:53", "dns://1.10.in-addr.arpa.:53"]),
        ("192.0.2.9/32", ["dns://9.2.0.192.in-addr.arpa.:53"]),
        ("0.0.0.0/0", ["dns://in-addr.arpa.:53"]),
        ("fd00:10:96::/112", ["dns://" + nibbles + ".ip6.arpa.:53"]),
        ("10.0.0.0/33", ["dns://10.0.0.0/33.:53"]),
        (#"a\.b"#, [#"dns://a\.b.:53"#]),
    ]

    static let nibbles =
        "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f"

    @Test(arguments: accepted)
    func `a key means zones and a port`(_ key: String, _ addresses: [String]) throws {
        #expect(try ServerAddress.parse(key: key).map(\.description) == addresses)
    }

    static let refused: [(String, String)] = [
        ("a:", "expecting data after last colon: 'a:': write a port, or delete the colon"),
        (":53", "zone is not a valid domain name: '': write '.' for the root"),
        ("a:65536", "'65536' in 'a:65536' is no port: use 1 to 65535"),
        ("a:-1", "'-1' in 'a:-1' is no port: use 1 to 65535"),
        (
            "a..b",
            "zone is not a valid domain name: 'a..b': use labels of 1 to 63 octets, with dots"
                + " between"
        ),
        ("::1/128", "invalid CIDR ::1/128: write the reverse zone itself, under ip6.arpa"),
        ("0::/16", "invalid CIDR 0::/16: write the reverse zone itself, under ip6.arpa"),
        (
            String(repeating: "a.", count: 128),
            "specified zone is too long: 256 > 255: shorten it"
        ),
    ]

    @Test(arguments: refused)
    func `a key that means nothing is refused`(_ key: String, _ message: String) {
        let error = #expect(throws: ServerKeyError.self) { try ServerAddress.parse(key: key) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("10.129.60.0/22", 4, "60.129.10.in-addr.arpa."),
        ("192.0.2.0/25", 128, "0.2.0.192.in-addr.arpa."),
        ("192.0.2.16/28", 16, "16.2.0.192.in-addr.arpa."),
        ("10.0.0.0/16", 1, "0.10.in-addr.arpa."), ("2001:db8::/31", 2, "8.b.d.0.1.0.0.2.ip6.arpa."),
        ("2001:db8::/32", 1, "8.b.d.0.1.0.0.2.ip6.arpa."), ("fe80::/10", 4, "8.e.f.ip6.arpa."),
    ])
    func `a block becomes the zones that cover it`(
        _ text: String,
        _ count: Int,
        _ first: String
    ) throws {
        let zones = ReverseZones.zones(of: try #require(CIDRBlock(text)))
        #expect(zones.count == count)
        #expect(Set(zones).count == count)
        #expect(zones.first == first)
    }

    @Test func `labels of 63 octets are names, of 64 are none`() {
        #expect(ZoneText.isName(String(repeating: "a", count: 63)))
        #expect(!ZoneText.isName(String(repeating: "a", count: 64)))
        #expect(ZoneText.isName(String(repeating: #"\065"#, count: 63)))
        #expect(!ZoneText.isName("a\\"))
    }

    @Test func `a block reports each key that means nothing`() {
        let keys = ["a:", "ok", ":53"].enumerated().map { index, text in
            Token(text, at: SourcePosition(file: "F", line: index + 1), startsLine: true)
        }
        let errors = #expect(throws: CorefileErrors.self) {
            try ServerBlock(keys: keys, directives: []).addresses()
        }
        #expect(errors?.errors.map(\.position?.line) == [1, 3])
    }

    @Test func `each address knows its key`() throws {
        let block = try Corefile(parsing: "a b,\n192.0.2.0/31,\nunix://c tls://.\n").blocks.first
        let addresses = try #require(block).keyedAddresses()
        #expect(addresses.map(\.key.position.line) == [1, 1, 2, 2, 3])
        #expect(
            addresses.map(\.address.description) == [
                "dns://a.:53", "dns://b.:53", "dns://0.2.0.192.in-addr.arpa.:53",
                "dns://1.2.0.192.in-addr.arpa.:53", "tls://.:853",
            ]
        )
    }

    @Test(arguments: [
        ("a", 1053), ("dns://a", 1053), ("a:53", 53), ("tls://a", 853), ("https://a", 443),
        ("grpc://a:1", 1),
    ])
    func `the port of plain DNS can be set from outside`(_ key: String, _ port: UInt16) throws {
        #expect(try ServerAddress.parse(key: key).map { $0.port(plain: 1053) } == [port])
    }
}
