import Testing

@testable import ServiceProxy

@Suite("The host: what is worth a warning")
struct HostFactTests {
    @Test func `tables of iptables-legacy are named`() {
        let files = [
            "/proc/net/ip_tables_names": "nat\nfilter\n", "/proc/net/ip6_tables_names": "",
        ]
        #expect(
            HostFacts.legacyTables { files[$0] }
                == ["iptables-legacy nat", "iptables-legacy filter"]
        )
        #expect(HostFacts.legacyTables { _ in nil } == [])
    }

    @Test func `IPv6 that is off is said, once`() {
        let warnings = ProxyLoop.warnings(ProxySettings(nodeName: "here", hasIPv6: false))
        #expect(warnings.count { $0.hasPrefix("IPv6 is off") } == 1)
        #expect(!warnings.contains { $0.hasPrefix("net.ipv6") })
    }
}
