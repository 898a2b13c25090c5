import Addresses
import KubernetesModel
import Testing

@testable import PodEnvironment

@Suite("kubelet: a pod's resolv.conf")
struct ResolverConfigurationTests {
    static let host = HostResolverConfiguration(
        nameservers: ["192.0.2.1", "192.0.2.2"],
        searches: ["corp.example", "cluster.local"],
        options: ["rotate", "timeout:1", "rotate"]
    )

    struct Case: CustomTestStringConvertible {
        var name: String
        var request: ResolverRequest
        var nameservers: [String] = []
        var searches: [String] = []
        var options: [String] = []
        var warnings: [String] = []
        var testDescription: String { name }
    }

    static func request(
        _ policy: String,
        hostNetwork: Bool = false,
        servers: [String] = ["10.96.0.10"],
        domain: String = "cluster.local",
        dnsConfig: PodDNSConfig? = nil,
        host: ResolverRequest.Host = .file(host)
    ) -> ResolverRequest {
        ResolverRequest(
            policy: policy,
            hostNetwork: hostNetwork,
            namespace: "shop",
            dnsConfig: dnsConfig,
            clusterNameservers: servers,
            clusterDomain: domain,
            host: host
        )
    }

    static let clusterSearches = [
        "shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "corp.example",
    ]

    static let policies = [
        Case(
            name: "ClusterFirst: cluster servers, host searches after ours, host options dropped",
            request: request("ClusterFirst", servers: ["10.96.0.10", "fd00::a"]),
            nameservers: ["10.96.0.10", "fd00::a"],
            searches: clusterSearches,
            options: ["ndots:5"]
        ),
        Case(
            name: "ClusterFirst on the host's network is Default, duplicates kept",
            request: request("ClusterFirst", hostNetwork: true),
            nameservers: ["192.0.2.1", "192.0.2.2"],
            searches: ["corp.example", "cluster.local"],
            options: ["rotate", "timeout:1", "rotate"]
        ),
        Case(
            name: "ClusterFirstWithHostNet on the host's network",
            request: request("ClusterFirstWithHostNet", hostNetwork: true),
            nameservers: ["10.96.0.10"],
            searches: clusterSearches,
            options: ["ndots:5"]
        ),
        Case(
            name: "no cluster domain leaves the host's search list",
            request: request("ClusterFirst", domain: ""),
            nameservers: ["10.96.0.10"],
            searches: ["corp.example", "cluster.local"],
            options: ["ndots:5"]
        ),
        Case(
            name: "no cluster server falls back to the host and warns",
            request: request("ClusterFirst", servers: []),
            nameservers: ["192.0.2.1", "192.0.2.2"],
            searches: ["corp.example", "cluster.local"],
            options: ["rotate", "timeout:1", "rotate"],
            warnings: ["MissingClusterDNS"]
        ),
        Case(
            name: "Default without a host file is a server on the node",
            request: request(
                "Default",
                host: .unset(nodeAddresses: [IPAddress(ipv4: 1), IPAddress(ipv6High: 1, low: 1)])
            ),
            nameservers: ["127.0.0.1", "::1"],
            searches: ["."]
        ),
        Case(
            name: "Default without a host file and node addresses",
            request: request("Default", host: .unset(nodeAddresses: [])),
            nameservers: ["127.0.0.1"],
            searches: ["."]
        ),
        Case(
            name: "ClusterFirst without a host file has only the cluster's search list",
            request: request("ClusterFirst", host: .unset(nodeAddresses: [])),
            nameservers: ["10.96.0.10"],
            searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"],
            options: ["ndots:5"]
        ),
        Case(name: "None is empty", request: request("None")),
        Case(
            name: "an unknown policy is ClusterFirst, even on the host's network",
            request: request("clusterfirst", hostNetwork: true),
            nameservers: ["10.96.0.10"],
            searches: clusterSearches,
            options: ["ndots:5"],
            warnings: ["InvalidDNSPolicy"]
        ),
    ]

    static let merges = [
        Case(
            name: "dnsConfig adds, without what is there already",
            request: request(
                "ClusterFirst",
                dnsConfig: PodDNSConfig(
                    nameservers: ["9.9.9.9", "10.96.0.10"],
                    searches: ["corp.example", "corp.example.", "Corp.example"],
                    options: [.init(name: "ndots", value: "2"), .init(name: "edns0")]
                )
            ),
            nameservers: ["10.96.0.10", "9.9.9.9"],
            searches: clusterSearches + ["corp.example.", "Corp.example"],
            options: ["ndots:2", "edns0"]
        ),
        Case(
            name: "an option without value replaces one with a value",
            request: request(
                "ClusterFirst",
                dnsConfig: PodDNSConfig(options: [.init(name: "ndots")])
            ),
            nameservers: ["10.96.0.10"],
            searches: clusterSearches,
            options: ["ndots"]
        ),
        Case(
            name: "an empty value is written like none",
            request: request(
                "None",
                dnsConfig: PodDNSConfig(options: [.init(name: "debug", value: "")])
            ),
            options: ["debug"]
        ),
        Case(
            name: "an empty dnsConfig removes the host's duplicates",
            request: request("Default", dnsConfig: PodDNSConfig()),
            nameservers: ["192.0.2.1", "192.0.2.2"],
            searches: ["corp.example", "cluster.local"],
            options: ["rotate", "timeout:1"]
        ),
        Case(
            name: "None takes dnsConfig as it is",
            request: request(
                "None",
                dnsConfig: PodDNSConfig(nameservers: ["1.1.1.1"], searches: ["resolv.conf.local"])
            ),
            nameservers: ["1.1.1.1"],
            searches: ["resolv.conf.local"]
        ),
    ]

    @Test(arguments: policies + merges)
    func `policy and dnsConfig give a configuration`(_ test: Case) {
        let (made, warnings) = ResolverConfiguration.make(test.request)
        #expect(made.nameservers == test.nameservers)
        #expect(made.searches == test.searches)
        #expect(made.options == test.options)
        #expect(warnings.map(\.reason) == test.warnings)
    }

    @Test func `three name servers are kept and the warning names them`() {
        let servers = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]
        let request = Self.request("None", dnsConfig: PodDNSConfig(nameservers: servers))
        let (made, warnings) = ResolverConfiguration.make(request)
        #expect(made.nameservers == Array(servers.prefix(3)))
        #expect(
            warnings.map(\.description) == [
                "Nameserver limits were exceeded, some nameservers have been omitted, the applied"
                    + " nameserver line is: 10.0.0.1 10.0.0.2 10.0.0.3"
            ]
        )
    }

    @Test func `thirty-two searches are kept, long ones leave, the list fits 2048 octets`() {
        let count = (0..<33).map { "s\($0)" }
        #expect(Self.searches(count) == Array(count.prefix(32)))
        let long = ["a", String(repeating: "b", count: 254), String(repeating: "c", count: 253)]
        #expect(Self.searches(long) == [long[0], long[2]])
        // 8 · 253 + 7 spaces + 16 more = 2047 octets, the next entry brings the list to 2049.
        let wide = (0..<8).map { "\($0)" + String(repeating: "x", count: 252) }
        let fits = wide + [String(repeating: "y", count: 16)]
        #expect(fits.joined(separator: " ").utf8.count == 2048)
        #expect(Self.searches(fits, warns: false) == fits)
        #expect(Self.searches(wide + [String(repeating: "y", count: 17)]) == wide)
        #expect(Self.searches(wide + [String(repeating: "y", count: 17), "z"]) == wide)
    }

    private static func searches(_ searches: [String], warns: Bool = true) -> [String] {
        let request = request("None", dnsConfig: PodDNSConfig(searches: searches))
        let (made, warnings) = ResolverConfiguration.make(request)
        #expect(warnings.map(\.reason) == (warns ? ["DNSConfigForming"] : []))
        return made.searches
    }

    @Test func `a request takes what the pod says`() {
        let pod = Pod(
            metadata: ObjectMeta(name: "p", namespace: "shop"),
            hostNetwork: true,
            dnsPolicy: "ClusterFirstWithHostNet",
            dnsConfig: PodDNSConfig(searches: ["x"])
        )
        let request = ResolverRequest(
            pod: pod,
            clusterNameservers: ["10.96.0.10"],
            clusterDomain: "k",
            host: .unset(nodeAddresses: [])
        )
        let made = ResolverConfiguration.make(request).configuration
        #expect(made.searches == ["shop.svc.k", "svc.k", "k", "x"])
    }
}
