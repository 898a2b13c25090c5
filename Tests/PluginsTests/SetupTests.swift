import ClusterView
import Corefile
import DNSWire
import Plugins
import Testing

@Suite("Setting up a server block")
struct SetupTests {
    @Test(arguments: [
        ("kubernetes", ["kubernetes"]),
        ("errors\nlog\nkubernetes", ["errors", "log", "kubernetes"]),
        // The order is the table's, whatever the Corefile says.
        ("whoami\nkubernetes\nlog\nerrors", ["errors", "log", "kubernetes", "whoami"]),
        ("errors stdout", ["errors"]), ("whoami", ["whoami"]), ("", []),
        ("log\nlog example.test", ["log"]),
        ("log example.test {\n class denial error\n}", ["log"]),
        ("log . {\n class success\n class all\n}", ["log"]),
        ("kubernetes cluster.local 10.0.0.0/8 {\n ttl 0\n pods verified\n}", ["kubernetes"]),
        ("kubernetes {\n ttl 3600\n fallthrough\n ignore\n}", ["kubernetes"]),
        ("kubernetes {\n namespaces a b\n namespaces c\n noendpoints\n}", ["kubernetes"]),
        ("kubernetes {\n fallthrough in-addr.arpa ip6.arpa\n}", ["kubernetes"]),
    ])
    func `directives become plugins, in the order of the table`(
        _ directives: String,
        _ expected: [String]
    ) throws {
        #expect(try ChainFixture(directives).chain.plugins.map(\.name) == expected)
    }

    static let mistakes: [(String, String)] = [
        (
            "kubernets",
            "Corefile:2: unknown directive \"kubernets\": did you mean 'kubernetes'?"
        ),
        (
            "errors\nquic",
            "Corefile:3: quic: this directive of CoreDNS is not in "
                + "Martlet yet: remove it, or keep this server block on CoreDNS"
        ),
        ("errors stderr", "Corefile:2: errors: invalid log file: stderr: use stdout"),
        (
            "errors {\n consolidate 5m a loudly\n}",
            "Corefile:3: errors: unknown argument in consolidate: loudly: use warning, "
                + "error, info, debug or show_first"
        ),
        (
            "errors\nerrors",
            "Corefile:3: errors: this plugin can only be used once per Server Block: "
                + "merge its options into the first one"
        ),
        ("whoami me", "Corefile:2: unexpected 'me' in 'whoami': delete it"),
        (
            "log {\n class good\n}",
            "Corefile:3: log: class: 'good' is no class of replies: use all, denial, error "
                + "or success"
        ),
        ("log {\n colour red\n}", "Corefile:3: unknown property 'colour' of 'log': use class"),
        (
            "kubernetes\nkubernetes",
            "Corefile:3: kubernetes: this plugin can only be used once per "
                + "Server Block: merge its options into the first one"
        ),
        (
            "kubernetes 10.0.0.0/8",
            "Corefile:2: kubernetes: non-reverse zone name must be used: add "
                + "the cluster's domain, such as cluster.local"
        ),
        ("kubernetes {\n ttl 3601\n}", "Corefile:3: ttl must be in range [0, 3600]: 3601"),
        ("kubernetes {\n ttl five\n}", "Corefile:3: ttl must be in range [0, 3600]: five"),
        ("kubernetes {\n ttl -1\n}", "Corefile:3: ttl must be in range [0, 3600]: -1"),
        ("kubernetes {\n ttl\n}", "Corefile:3: 'ttl' needs an argument: write one after it"),
        ("kubernetes {\n ttl 5 6\n}", "Corefile:3: 'ttl' takes one argument: delete '6'"),
        (
            "kubernetes {\n pods maybe\n}",
            "Corefile:3: wrong value for pods: maybe: must be one of: "
                + "disabled, verified, insecure"
        ),
        (
            "kubernetes {\n namespaces\n}",
            "Corefile:3: 'namespaces' takes at least 1 arguments, found 0: write what is missing"
        ),
        (
            "kubernetes {\n noendpoints now\n}",
            "Corefile:3: unexpected 'now' after 'noendpoints': "
                + "delete it"
        ),
        (
            "kubernetes {\n ignore everything\n}",
            "Corefile:3: ignore: unable to set ignore value: "
                + "\"everything\": the only value is empty_service"
        ),
        (
            "kubernetes {\n kubeconfig /etc/admin.conf\n}",
            "Corefile:3: kubernetes: kubeconfig: Martlet can't take objects from the Kubernetes "
                + "API yet: remove it, and name a registry with 'registry URL' or --registry"
        ),
        (
            "kubernetes {\n fallthru\n}",
            "Corefile:3: unknown property 'fallthru' of 'kubernetes': "
                + "did you mean 'fallthrough'?"
        ),
        ("file", "Corefile:2: file: no zone file is named: write file DBFILE [ZONES...]"),
        (
            "file /no/such.zone {\n reload 0\n}",
            "Corefile:2: file: /no/such.zone: cannot be read: No such file or "
                + "directory; check the path and its rights"
        ),
    ]

    @Test("a mistake is named with its place and its mend", arguments: mistakes)
    func mistake(_ directives: String, _ expected: String) throws {
        let error = try #require(throws: CorefileErrors.self) { try ChainFixture(directives) }
        #expect(error.description == expected)
    }

    @Test func `all mistakes of a block are named at once`() throws {
        let error = try #require(throws: CorefileErrors.self) {
            try ChainFixture("nonsense\nkubernetes {\n ttl x\n pods y\n}\nwhoami z\nquic")
        }
        #expect(error.errors.count == 5)
        #expect(Set(error.errors.compactMap { $0.position?.line }) == [2, 4, 5, 7, 8])
    }

    @Test func `a mistake in a zone file is named with its line`() throws {
        let zone = try TemporaryFile("@ 60 SOA ns h 1 2 3 4 5\nwww 60 A 192.0.2.999\n")
        let error = try #require(throws: CorefileErrors.self) {
            try ChainFixture("file \(zone.path)")
        }
        #expect(error.description.hasPrefix("Corefile:2: file: \(zone.path):2: "), "\(error)")
    }

    @Test func `a zone file of another zone is refused`() throws {
        let zone = try TemporaryFile("other.test. 60 SOA ns h 1 2 3 4 5\n")
        let error = try #require(throws: CorefileErrors.self) {
            try ChainFixture("file \(zone.path) example.test")
        }
        #expect(error.description.contains("other.test."), "\(error)")
    }

    @Test func `blocks that show the same share a view, others do not`() throws {
        func views(_ options: String) throws -> [ViewRequest] {
            try ChainFixture("kubernetes cluster.local {\n \(options)\n}").context.views
        }
        let plain = try views("ttl 30\n pods insecure\n namespaces shop")
        #expect(plain == [ViewRequest()])
        #expect(try views("pods verified")[0].options.indexesPods)
        #expect(try views("endpoint_pod_names")[0].options.endpointPodNames)
        #expect(try views("noendpoints")[0].options.ignoresEndpoints)
        #expect(try views("registry sqlite:/tmp/x.db")[0].registry == "sqlite:/tmp/x.db")
        #expect(try views("registry sqlite:/tmp/x.db") != plain)
    }

    @Test func `paths start at the Corefile's directory`() throws {
        let zone = try TemporaryFile("@ 60 SOA ns h 1 2 3 4 5\n")
        let name = zone.path.split(separator: "/").last ?? ""
        let chain = try ChainFixture("file \(name)", directory: "/tmp")
        #expect(try chain.ask("example.test", .soa).answers.count == 1)
    }
}
