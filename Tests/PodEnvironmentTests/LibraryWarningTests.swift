import KubernetesModel
import Testing

@testable import PodEnvironment

@Suite("resolv.conf(5): what glibc and musl ignore")
struct LibraryWarningTests {
    static let cases: [(ResolverConfiguration, [String])] = [
        (
            ResolverConfiguration(
                nameservers: ["10.96.0.10", "fe80::1%eth0"],
                searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"],
                options: ["ndots:5"]
            ), []
        ),
        (
            ResolverConfiguration(nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"]),
            ["glibc asks only the first 3 name servers: ignores 4.4.4.4"]
                + ["musl asks only the first 3 name servers: ignores 4.4.4.4"]
        ),
        (
            ResolverConfiguration(nameservers: ["dns.example"]),
            ["glibc", "musl"].map {
                "\($0) ignores the name server 'dns.example', which is not an address"
            }
        ),
        (
            ResolverConfiguration(options: ["ndots:16", "timeout:40", "attempts:7"]),
            [
                "glibc lowers the option 'ndots:16' to ndots:15",
                "glibc lowers the option 'timeout:40' to timeout:30",
                "glibc lowers the option 'attempts:7' to attempts:5",
                "musl lowers the option 'ndots:16' to ndots:15",
            ]
        ),
        (
            ResolverConfiguration(options: ["rotate", "usevc", "ndots:x"]),
            [
                "glibc ignores the option 'usevc'",
                "glibc ignores the option 'ndots:x': 'ndots' needs a number",
                "musl ignores the option 'rotate'", "musl ignores the option 'usevc'",
                "musl ignores the option 'ndots:x': 'ndots' needs a number",
            ]
        ),
        (
            ResolverConfiguration(searches: ["svc.cluster.local"]),
            [
                "musl never searches names with 1 or more dots, such as SERVICE.NAMESPACE:"
                    + " set ndots:5"
            ]
        ),
    ]

    @Test(arguments: cases)
    func `a warning names the library`(_ configuration: ResolverConfiguration, _ all: [String]) {
        #expect(configuration.libraryWarnings.map(\.description) == all)
    }

    @Test func `musl skips a search line of 255 octets, and reads one of 254`() {
        let fits = ResolverConfiguration(searches: [String(repeating: "a", count: 254 - 7)])
        #expect(fits.libraryWarnings.isEmpty)
        let skipped = ResolverConfiguration(searches: [String(repeating: "a", count: 255 - 7)])
        #expect(skipped.libraryWarnings.map(\.library) == [.musl])
    }

    @Test func `old glibc stops at six search entries`() {
        let six = ResolverConfiguration(searches: (0..<6).map { "s\($0)" })
        #expect(six.libraryWarnings.isEmpty)
        let seven = ResolverConfiguration(searches: (0..<7).map { "s\($0)" })
        #expect(seven.libraryWarnings.map(\.library) == [.glibc])
    }
}

@Suite("Kubernetes API: validation of a pod's DNS")
struct PodDNSValidationTests {
    static let cases: [(String, PodDNSConfig?, [String])] = [
        ("ClusterFirst", nil, []),
        ("None", PodDNSConfig(nameservers: ["::1"], searches: [".", "_sip._tcp.a_b.c."]), []),
        (
            "Cluster", nil,
            [
                "spec.dnsPolicy: Unsupported value: \"Cluster\": supported values:"
                    + " \"ClusterFirst\", \"ClusterFirstWithHostNet\", \"Default\", \"None\""
            ]
        ),
        (
            "None", nil,
            ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]
        ),
        (
            "None", PodDNSConfig(searches: ["a"]),
            [
                "spec.dnsConfig.nameservers: Required value: must provide at least one DNS"
                    + " nameserver when `dnsPolicy` is None"
            ]
        ),
        (
            "Default", PodDNSConfig(nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3", "x"]),
            [
                "spec.dnsConfig.nameservers: Invalid value: "
                    + "[\"1.1.1.1\",\"2.2.2.2\",\"3.3.3.3\",\"x\"]: must not have more than 3"
                    + " nameservers",
                "spec.dnsConfig.nameservers[3]: Invalid value: \"x\": must be a valid IP address,"
                    + " (e.g. 10.9.8.7 or 2001:db8::ffff)",
            ]
        ),
        (
            "Default", PodDNSConfig(options: [.init(name: ""), .init(name: "a", value: "b\nc")]),
            [
                "spec.dnsConfig.options[0]: Required value: must not be empty",
                "spec.dnsConfig.options[1]: Invalid value: must not contain control characters",
            ]
        ),
    ]

    @Test(arguments: cases)
    func `violations name the field`(
        _ policy: String,
        _ dnsConfig: PodDNSConfig?,
        _ expected: [String]
    ) {
        let found = PodDNSConfig.violations(policy: policy, dnsConfig: dnsConfig)
        #expect(found.map(\.description) == expected)
    }

    @Test(arguments: ["", "..", "a..b", "-a", "a-", "A", "a b", "__a", "a_", "a.-"])
    func `a search entry that is no name is refused`(_ search: String) {
        let dnsConfig = PodDNSConfig(searches: [search])
        let found = PodDNSConfig.violations(policy: "Default", dnsConfig: dnsConfig)
        #expect(found.map(\.field) == ["spec.dnsConfig.searches[0]"])
    }

    @Test func `too many and too long searches are refused`() {
        let found = PodDNSConfig.violations(
            policy: "Default",
            dnsConfig: PodDNSConfig(
                searches: (0..<33).map { "s\($0)" + String(repeating: "x", count: 80) }
            )
        )
        #expect(found.map(\.field) == Array(repeating: "spec.dnsConfig.searches", count: 2))
    }
}
