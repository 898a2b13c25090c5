import Corefile
import DNSWire
import Dispatch
import Testing

@testable import DNSServer

/// Serves the Corefiles of `Tests/Fixtures/Corefiles`, with what isn't there in a test replaced:
///
/// - Listeners: one free port of 127.0.0.1, given by flag, answers for all `dns://` keys; `bind`
///   names 127.0.0.1; keys of `tls://` and `https://`, and their certificates, are left out.
/// - Upstreams: each `forward` names one server on 127.0.0.1 that answers A of any name with
///   192.0.2.53; so do `transfer from` and `to`.
/// - `health`, `ready` and `prometheus` are at a free port of 127.0.0.1.
/// - Files: those outside of the Corefile's directory, and of a directory in it, are in it.
/// - The environment's references are replaced by values.
/// - The only client is 127.0.0.1, which is put in place of a network that `acl` allows.
@Suite("Corefiles of the field are served", .serialized)
struct FieldCorefileTests {
    /// A fixture, and what it answers.
    struct Case: CustomTestStringConvertible {
        var name: String
        /// The answers expected, by name and type; an empty one is NXDOMAIN.
        var answers: [(String, RecordType, String)]
        var endpoints: Set<String>
        /// Files beside the Corefile: a fixture's by its path, others by their text.
        var files: [String: String]

        var testDescription: String { name }

        /// A fixture of a cluster's DNS, unless `isCluster` is false.
        init(
            _ name: String,
            isCluster: Bool = true,
            _ answers: [(String, RecordType, String)] = [],
            endpoints: Set<String> = ["health", "ready", "prometheus"],
            files: [String: String] = [:]
        ) {
            self.name = name
            self.answers = (isCluster ? Case.cluster : []) + answers
            self.endpoints = endpoints
            self.files = files
        }

        private static let cluster: [(String, RecordType, String)] = [
            (web, .a, "10.96.0.21"),
            ("21.0.96.10.in-addr.arpa", .ptr, "\(web)."),
            ("none.shop.svc.cluster.local", .a, ""),
            ("www.example.net", .a, forwarded),
        ]
    }

    private static let web = "web.shop.svc.cluster.local"
    private static let forwarded = "192.0.2.53"
    private static let zone = """
        $ORIGIN %
        @ 60 IN SOA ns hostmaster 1 7200 3600 1209600 60
        @ 60 IN NS ns
        ns 60 IN A 192.0.2.1
        www 60 IN A 192.0.2.80

        """

    static let cases = [
        Case(
            "aks",
            [
                ("example1.org", .a, "10.0.0.1"),
                ("a.b.c.d.internal.cloudapp.net", .a, ""),
                ("x.reddog.microsoft.com", .a, ""),
                ("web.example.com", .a, forwarded),
            ],
            files: [
                "hosts.override": "custom/hosts.override", "log.override": "custom/log.override",
                "rewrite.server": "custom/rewrite.server",
            ]
        ),
        Case(
            "cilium-node-local",
            isCluster: false,
            [(web, .a, forwarded), ("www.example.net", .a, forwarded)],
            endpoints: ["health", "prometheus"]
        ),
        Case("deployment", [("db.example.local", .a, forwarded)]),
        Case("eks"),
        Case(
            "environment",
            isCluster: false,
            [(web, .a, "10.96.0.21"), ("www.example.net", .a, forwarded)],
            endpoints: [],
            files: ["linux.conf": "linux.conf"]
        ),
        Case(
            "gardener",
            [
                ("web.shop.svc.foo.bar.cluster.local", .a, "10.96.0.21"),
                ("istio.global", .a, forwarded),
            ],
            files: [
                "cancel.override": "custom/cancel.override",
                "istio.server": "custom/istio.server",
            ]
        ),
        Case(
            "gke-stub-domains",
            [("db.acme.local", .a, forwarded), ("db.consul.local", .a, forwarded)]
        ),
        Case(
            "home",
            isCluster: false,
            [
                ("router.lan", .a, "192.168.1.1"), ("www.lan", .a, "192.0.2.80"),
                ("none.lan", .a, ""), ("www.example.net", .a, forwarded),
            ],
            endpoints: ["prometheus"],
            files: ["db.lan": zone.replacing("%", with: "lan.")]
        ),
        Case(
            "k3s",
            [("node1", .a, "192.0.2.7")],
            files: ["NodeHosts": "192.0.2.7 node1\n"]
        ),
        Case("kind"),
        Case(
            "kops",
            [("node1", .a, "192.0.2.7")],
            files: ["NodeHosts": "192.0.2.7 node1\n"]
        ),
        Case("kubeadm"),
        Case("minikube", [("host.minikube.internal", .a, "192.168.49.1")]),
        Case(
            "node-local-dns",
            isCluster: false,
            [(web, .a, forwarded), ("www.example.net", .a, forwarded)],
            endpoints: ["health", "prometheus"]
        ),
        Case(
            "openshift",
            [("a.corp.example", .a, forwarded), ("a.secure.example", .a, forwarded)]
        ),
        Case("rke2"),
        Case(
            "split-horizon",
            isCluster: false,
            [("www.example.org", .a, "192.0.2.80"), ("none.example.org", .a, "")],
            endpoints: [],
            files: ["example.org.zone": zone.replacing("%", with: "example.org.")]
        ),
        Case("talos"),
    ]

    @Test(arguments: cases)
    func `names are answered, and the endpoints too`(_ test: Case) async throws {
        let upstream = try TestServer(
            corefile: """
                . {
                    template IN A . {
                        answer "{{ .Name }} 60 IN A \(Self.forwarded)"
                    }
                }
                """,
            listen: ["127.0.0.1:0"]
        )
        let server = try Self.server(test, upstream: "\(upstream.address)")
        for (name, type, expected) in test.answers {
            let reply = try server.ask(name, type)
            let code = expected.isEmpty ? ResponseCode.nameError : .noError
            #expect(reply.header.responseCode == code, "\(name)")
            #expect(reply.answerTexts == (expected.isEmpty ? [] : [expected]), "\(name)")
        }
        let endpoints = server.server.endpointAddresses
        #expect(Set(endpoints.map(\.directive)) == test.endpoints)
        for (directive, address) in endpoints {
            let path = directive == "prometheus" ? "metrics" : directive
            let page = try await Self.page(path, at: address)
            #expect(page.hasPrefix("HTTP/1.1 200 "), "\(directive): \(page.prefix(200))")
            if directive == "prometheus" { #expect(page.contains("coredns_dns_requests_total{")) }
        }
    }

    /// What can't be served: services of several clusters, and an option that CoreDNS has not had
    /// since 1.7 either.
    @Test(arguments: [("cilium-multicluster", "multicluster"), ("aks-old", "upstream")])
    func `what can't be served is refused with a reason`(name: String, word: String) throws {
        let error = #expect(throws: CorefileErrors.self) {
            try Self.server(Case(name), upstream: "127.0.0.1:53")
        }
        #expect(try #require(error).errors.count == 1)
        #expect("\(try #require(error))".contains(word))
    }

    private static func server(_ test: Case, upstream: String) throws -> TestServer {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let directory = "/\(folder)/Fixtures/Corefiles/\(test.name)"
        func fixture(_ path: String) throws -> String? {
            guard let octets = try? DiskFiles().contents(of: "\(directory)/\(path)") else {
                return nil
            }
            return local(String(decoding: octets, as: UTF8.self), upstream: upstream)
        }
        let corefile: String? = try fixture("Corefile")
        try #require(corefile != nil)
        return try TestServer(
            corefile: corefile,
            files: try test.files.mapValues { try fixture($0) ?? $0 },
            listen: ["127.0.0.1:0"]
        )
    }

    private static func local(_ text: String, upstream: String) -> String {
        var text = text
        for (old, new) in [
            ("{$CLUSTER_DOMAIN}", "cluster.local"), ("{%EXTRA_ZONE%}", "nodes.example"),
            ("{$EXTRA_ZONE}", "nodes.example"), ("{$TTL}", "15"), ("{$PORT}", "53"),
            ("{$PLATFORM}", "linux"), ("/etc/coredns/custom/", ""), ("custom/", ""),
            ("/etc/coredns/NodeHosts", "NodeHosts"), ("/rootfs/etc/hosts", "NodeHosts"),
            ("/var/zones", "."), (" tls://.:8853 https://dns.example", ""),
            ("192.168.0.0/16", "127.0.0.0/8"),
        ] {
            text = text.replacing(old, with: new)
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line(String($0), upstream: upstream) }.joined(separator: "\n")
    }

    private static func line(_ line: String, upstream: String) -> String {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let brace = words.last == "{" ? " {" : ""
        switch words.first {
        case "forward": return "forward \(words[1]) \(upstream)\(brace)"
        case "health", "ready", "prometheus": return "\(words[0]) 127.0.0.1:0\(brace)"
        case "bind": return "bind 127.0.0.1"
        case "transfer" where words[1] == "from": return "transfer from \(upstream)"
        case "to": return "to \(upstream)"
        case "tls", "tls_servername": return ""
        default: return line
        }
    }

    /// What an endpoint says, asked for on a thread of its own: endpoints answer on those of tests.
    private static func page(_ path: String, at address: ListenAddress) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "page").async {
                continuation.resume(with: Result { try waitForPage(path, at: address) })
            }
        }
    }

    private static func waitForPage(_ path: String, at address: ListenAddress) throws -> String {
        let socket = try ClientSocket.tcp(address)
        let request = "GET /\(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        socket.send(Array(request.utf8))
        var page: [UInt8] = []
        while !socket.hasEnded {
            let octets = socket.receive()
            if octets.isEmpty { break }
            page += octets
        }
        return String(decoding: page, as: UTF8.self)
    }
}
