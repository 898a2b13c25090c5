import Testing

@testable import Corefile

@Suite("Corefile: as they are in the field")
struct FieldTests {
    /// A Corefile of `Tests/Fixtures/Corefiles`, and what it says.
    struct Case: CustomTestStringConvertible {
        var name: String
        /// For each block its addresses, then its directives.
        var blocks: [String]
        /// How many warnings it gives.
        var warnings = 0

        var testDescription: String { name }

        init(_ name: String, _ blocks: String..., warnings: Int = 0) {
            self.name = name
            self.blocks = blocks
            self.warnings = warnings
        }
    }

    /// `FOLDER/Tests/Fixtures/Corefiles`, from this file's path.
    static let folder = FilePattern.clean(
        FilePattern.join(FilePattern.directory(#filePath), "../Fixtures/Corefiles")
    )

    static let context = CorefileContext(
        environment: {
            [
                "CLUSTER_DOMAIN": "k8s.example", "EXTRA_ZONE": "nodes.example", "TTL": "15",
                "PORT": "1053", "UPSTREAM": "10.0.0.1", "PLATFORM": "linux",
            ][$0]
        },
        files: DiskFiles()
    )

    static func corefile(_ name: String) throws -> Corefile {
        let path = "\(folder)/\(name)/Corefile"
        return try Corefile(
            parsing: try DiskFiles().contents(of: path),
            file: path,
            context: context
        )
    }

    static let tail = "cache loop reload loadbalance"
    static let kubeadm = "errors health ready kubernetes prometheus forward " + tail

    static let cases = [
        Case("kubeadm", "dns://.:53: \(kubeadm)"),
        Case("kind", "dns://.:53: \(kubeadm)"),
        Case(
            "minikube",
            "dns://.:53: log errors health ready kubernetes prometheus hosts forward \(tail)"
        ),
        Case(
            "k3s",
            "dns://.:53: errors health ready kubernetes hosts prometheus \(tail) forward",
            warnings: 2
        ),
        Case("rke2", "dns://.:53: \(kubeadm)"),
        Case("eks", "dns://.:53: \(kubeadm)"),
        Case(
            "aks",
            "dns://.:53: errors ready health kubernetes prometheus forward \(tail) hosts log"
                + " template template",
            "dns://example.com.:53: log errors rewrite forward"
        ),
        Case(
            "aks-old",
            "dns://.:53: errors health kubernetes prometheus forward \(tail)",
            warnings: 2
        ),
        Case(
            "gke-stub-domains",
            "dns://.:53: \(kubeadm)",
            "dns://acme.local.:53: errors cache loop forward",
            "dns://consul.local.:53: errors cache loop forward",
            "dns://150.10.in-addr.arpa.:53: errors cache forward"
        ),
        Case(
            "openshift",
            "dns://corp.example.:5353 dns://internal.example.:5353: prometheus forward errors log"
                + " bufsize cache",
            "dns://secure.example.:5353: prometheus forward errors log bufsize cache",
            "dns://.:5353: bufsize errors log health ready kubernetes prometheus forward cache"
                + " reload",
            "dns://hostname.bind.:5353: chaos"
        ),
        Case(
            "kops",
            "dns://.:53: errors health ready kubernetes prometheus hosts forward \(tail)"
        ),
        Case("cilium-multicluster", "dns://.:53: \(kubeadm)"),
        Case(
            "cilium-node-local",
            "dns://cluster.local.:53: errors cache reload loop bind forward prometheus health",
            "dns://in-addr.arpa.:53: errors cache reload loop bind forward prometheus",
            "dns://ip6.arpa.:53: errors cache reload loop bind forward prometheus",
            "dns://.:53: errors cache reload loop bind forward prometheus"
        ),
        Case(
            "node-local-dns",
            "dns://cluster.local.:53: errors cache reload loop bind forward prometheus health",
            "dns://in-addr.arpa.:53: errors cache reload loop bind forward prometheus",
            "dns://ip6.arpa.:53: errors cache reload loop bind forward prometheus",
            "dns://.:53: errors cache reload loop bind forward prometheus"
        ),
        Case(
            "deployment",
            "dns://.:53: \(kubeadm)",
            "dns://example.local.:53: errors cache loop forward"
        ),
        Case("talos", "dns://.:53: errors health ready log prometheus kubernetes forward \(tail)"),
        Case(
            "gardener",
            "dns://.:8053: health ready rewrite errors log kubernetes prometheus forward loop cache"
                + " reload loadbalance cancel",
            "dns://global.:8053: errors cache forward"
        ),
        Case(
            "home",
            "dns://lan.:53 dns://1.168.192.in-addr.arpa.:53: errors log cache prometheus hosts"
                + " file",
            "dns://.:53 tls://.:8853 https://dns.example.:443: errors log cache prometheus acl tls"
                + " forward"
        ),
        Case(
            "environment",
            "dns://k8s.example.:53 dns://96.10.in-addr.arpa.:53 dns://nodes.example.:53: errors"
                + " kubernetes",
            "dns://.:1053: forward template"
        ),
        Case(
            "split-horizon",
            "dns://example.org.:53: view secondary transfer nsid loadbalance",
            "dns://example.org.:53: auto header"
        ),
    ]

    @Test(arguments: cases)
    func `it parses to its blocks, zones and directives`(_ test: Case) throws {
        let corefile = try Self.corefile(test.name)
        let blocks = try corefile.blocks.map { block in
            let addresses = try block.addresses().map(\.description).joined(separator: " ")
            return "\(addresses): " + block.directives.map(\.name).joined(separator: " ")
        }
        #expect(blocks == test.blocks)
        #expect(corefile.warnings.count == test.warnings, "\(corefile.warnings)")
        #expect(corefile.warnings.allSatisfy { $0.message.hasPrefix("no files match") })
    }

    @Test(arguments: cases)
    func `its canonical form says the same`(_ test: Case) throws {
        let corefile = try Self.corefile(test.name)
        let again = try Corefile(parsing: corefile.canonicalText)
        #expect(HostileInputTests.shape(again) == HostileInputTests.shape(corefile))
        #expect(again.warnings == [])
    }

    @Test(arguments: cases)
    func `each directive can be read to its end`(_ test: Case) throws {
        for block in try Self.corefile(test.name).blocks {
            _ = try block.directives.readEach { cursor in
                _ = cursor.remainingArguments()
                try cursor.readOptions { _, cursor in _ = cursor.remainingArguments() }
            }
        }
    }

    @Test func `every fixture is in the table`() {
        #expect(DiskFiles().names(in: Self.folder).sorted() == Self.cases.map(\.name).sorted())
    }

    /// Arguments and lines of directives, as `NAME ARGUMENTS { LINE; LINE }`.
    static let directives = [
        (
            "rke2",
            "kubernetes cluster.local cluster.local in-addr.arpa ip6.arpa { pods insecure;"
                + " fallthrough in-addr.arpa ip6.arpa; ttl 30 }"
        ),
        ("kubeadm", "cache 30 { disable success cluster.local; disable denial cluster.local }"),
        (
            "aks",
            #"template ANY ANY internal.cloudapp.net { match ^(?:[^.]+\.){4,}internal\."#
                + #"cloudapp\.net\.$; rcode NXDOMAIN; fallthrough }"#
        ),
        (
            "aks",
            #"rewrite stop { name regex (.*)\.example\.com {1}.default.svc.cluster.local;"#
                + #" answer name (.*)\.default\.svc\.cluster\.local {1}.example.com }"#
        ),
        ("minikube", "hosts { 192.168.49.1 host.minikube.internal; fallthrough }"),
        ("openshift", "log . { class denial error }"),
        ("node-local-dns", "bind 169.254.20.10 10.96.0.10"),
        ("node-local-dns", "health 169.254.20.10:8080"),
        (
            "home",
            "hosts { 192.168.1.1 router.lan router; 192.168.1.2 nas.lan; ttl 600; no_reverse;"
                + " fallthrough }"
        ),
        ("environment", "kubernetes k8s.example 10.96.0.0/16 { ttl 15 }"),
        (
            "environment",
            "template IN A { match ^ip-(?P<a>[0-9]+)[.]nodes.example[.]$; answer {{ .Name"
                + " }} 60 IN A 10.0.0.{{ .Group.a }}; fallthrough }"
        ),
        ("gardener", "cancel 4s"),
        ("split-horizon", "view internal { expr incidr(client_ip(), '10.0.0.0/8') }"),
    ]

    @Test(arguments: directives)
    func `words are those that were written`(_ name: String, _ expected: String) throws {
        let all = try Self.corefile(name).blocks.flatMap(\.directives).map { directive in
            try directive.read { cursor in
                var lines: [String] = []
                let line = ([cursor.name] + cursor.remainingArguments()).joined(separator: " ")
                try cursor.readOptions { option, cursor in
                    lines.append(([option] + cursor.remainingArguments()).joined(separator: " "))
                }
                return lines.isEmpty ? line : "\(line) { \(lines.joined(separator: "; ")) }"
            }
        }
        #expect(all.contains(expected), "\(all)")
    }
}
