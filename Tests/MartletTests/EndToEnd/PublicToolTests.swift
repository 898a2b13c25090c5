import Testing

@Suite("Public tools: kdig over UDP and TCP")
struct PublicToolTests {
    /// What is asked, and what kdig must print.
    struct Case: Sendable, CustomTestStringConvertible {
        var question: [String]
        var named: [String]

        var testDescription: String { question.joined(separator: " ") }
    }

    private static let cases: [Case] = [
        Case(
            question: ["web.shop.svc.cluster.local", "A"],
            named: ["status: NOERROR", "web.shop.svc.cluster.local.\t5\tIN\tA\t10.96.0.21"]
        ),
        Case(
            question: ["WeB.Shop.svc.Cluster.local", "A"],
            named: ["IN\tA\t10.96.0.21"]
        ),
        Case(
            question: ["web.shop.svc.cluster.local", "AAAA"],
            named: ["status: NOERROR", "ANSWER: 0", "IN\tSOA\t"]
        ),
        Case(
            question: ["nothing.shop.svc.cluster.local", "A"],
            named: ["status: NXDOMAIN", "IN\tSOA\t"]
        ),
        Case(
            question: ["_http._tcp.web.shop.svc.cluster.local", "SRV"],
            named: ["SRV\t0 100 80 web.shop.svc.cluster.local."]
        ),
        Case(
            question: ["-x", "10.96.0.21"],
            named: ["21.0.96.10.in-addr.arpa.", "PTR\tweb.shop.svc.cluster.local."]
        ),
        Case(
            question: ["dns-version.cluster.local", "TXT"],
            named: ["TXT\t\"1.1.0\""]
        ),
        Case(
            question: ["orders-db.shop.svc.cluster.local", "A"],
            named: ["CNAME\tpostgres.example.internal.", "IN\tA\t192.0.2.32"]
        ),
        Case(question: ["example.internal", "MX"], named: ["MX\t10 mail.example.internal."]),
        Case(question: ["elsewhere.example", "A"], named: ["status: REFUSED"]),
        Case(question: ["web.shop.svc.cluster.local", "TYPE65280"], named: ["status: NOERROR"]),
        Case(question: ["web.shop.svc.cluster.local", "A", "+edns=1"], named: ["BADVERS"]),
    ]

    @Test(arguments: cases, ["+notcp", "+tcp"])
    func `kdig reads the answer`(_ question: Case, _ transport: String) throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve("--config", Site.path("zones/Corefile"))
        let kdig = ["kdig", "@127.0.0.1", "-p", server.port, "+retry=0", "+timeout=60"]
        let outcome = try site.run(kdig + question.question + [transport])
        for part in question.named {
            #expect(outcome.output.contains(part), "\(outcome.output)\(outcome.errors)")
        }
        #expect(!outcome.output.contains("WARNING") && !outcome.output.contains("malformed"))
        try server.stop()
    }

    @Test func `many endpoints fit into what the client takes, or into TCP`() throws {
        let site = try Site()
        let manifest = """
            apiVersion: v1
            kind: Service
            metadata: {name: many}
            spec: {clusterIP: None, selector: {app: many}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: many}
            spec:
              replicas: 200
              selector: {matchLabels: {app: many}}
              template:
                metadata: {labels: {app: many}}
                spec: {containers: [{name: a, image: b}]}
            """
        try site.done("apply", "-f", "-", input: manifest)
        let server = try site.serve()
        let name = "many.default.svc.cluster.local"
        #expect(try server.short(name).count == 200)
        #expect(Set(try server.short("+tcp", name)).count == 200)
        for flags in [["+noedns"], ["+bufsize=1232"], ["+bufsize=4096"]] {
            let dig = [
                "dig", "@127.0.0.1", "-p", server.port, "+ignore", "+tries=1", "+time=60", name,
            ]
            let answer = try site.run(dig + flags).output
            let size = answer.split(separator: "\n").first { $0.hasPrefix(";; MSG SIZE") }
            let octets = try #require(size?.split(separator: " ").last.flatMap { Int($0) })
            #expect(octets <= (flags == ["+noedns"] ? 512 : 1232))
            #expect(answer.contains(" tc"), "\(flags)")
        }
        try server.stop()
    }
}
