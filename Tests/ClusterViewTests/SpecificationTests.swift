import ClusterView
import DNSWire
import KubernetesModel
import Testing

/// A question, and what must come back.
struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var code: ResponseCode
    var answers: [String]
    var additionals: [String]?

    init(
        _ name: String,
        _ type: RecordType,
        _ code: ResponseCode = .noError,
        _ answers: [String] = [],
        additionals: [String]? = nil
    ) {
        self.name = name
        self.type = type
        self.code = code
        self.answers = answers
        self.additionals = additionals
    }

    var testDescription: String { "\(name) \(type)" }

    func check(_ reply: Reply) {
        #expect(reply.code == code)
        #expect(reply.answers == answers.sorted())
        #expect(reply.message.header.isAuthoritative)
        if let additionals { #expect(reply.additionals == additionals.sorted()) }
        // A negative answer carries the zone's SOA (RFC 2308 §2), a positive one doesn't.
        #expect(reply.authorities.count == (answers.isEmpty ? 1 : 0))
    }
}

@Suite("Kubernetes DNS specification 1.1.0 and what CoreDNS answers beyond it")
struct SpecificationTests {
    static let virtual: [Case] = [
        Case(
            "web.shop.svc.cluster.local.",
            .a,
            .noError,
            ["web.shop.svc.cluster.local. 5 IN A 10.96.0.21"]
        ),
        Case(
            "WEB.Shop.svc.cluster.local.",
            .a,
            .noError,
            ["WEB.Shop.svc.cluster.local. 5 IN A 10.96.0.21"]
        ),
        Case("web.shop.svc.cluster.local.", .aaaa),
        Case("web.shop.svc.cluster.local.", .txt),
        Case("web.shop.svc.cluster.local.", .mx),
        Case("web.shop.svc.cluster.local.", .https),
        Case("web.shop.svc.cluster.local.", .cname),
        Case(
            "dual.shop.svc.cluster.local.",
            .aaaa,
            .noError,
            ["dual.shop.svc.cluster.local. 5 IN AAAA fd00:10:96::22"]
        ),
        Case("nosuch.shop.svc.cluster.local.", .a, .nameError),
        Case("web.data.svc.cluster.local.", .a, .nameError),
        Case("web.nosuch.svc.cluster.local.", .a, .nameError),
        Case("www.example.com.shop.svc.cluster.local.", .a, .nameError),
        Case(
            "_http._tcp.web.shop.svc.cluster.local.",
            .srv,
            .noError,
            [
                "_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80"
                    + " web.shop.svc.cluster.local."
            ],
            additionals: ["web.shop.svc.cluster.local. 5 IN A 10.96.0.21"]
        ),
        Case(
            "web.shop.svc.cluster.local.",
            .srv,
            .noError,
            ["web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local."]
        ),
        Case("_http._udp.web.shop.svc.cluster.local.", .srv, .nameError),
        Case("_ftp._tcp.web.shop.svc.cluster.local.", .srv, .nameError),
        Case(
            "http.tcp.web.shop.svc.cluster.local.",
            .a,
            .noError,
            ["http.tcp.web.shop.svc.cluster.local. 5 IN A 10.96.0.21"]
        ),
        Case("_tcp.web.shop.svc.cluster.local.", .a),
        Case("_udp.web.shop.svc.cluster.local.", .a, .nameError),
        Case("x._http._tcp.web.shop.svc.cluster.local.", .a, .nameError),
        // Two families, one port: one record of half the weight.
        Case(
            "_dns._udp.dual.shop.svc.cluster.local.",
            .srv,
            .noError,
            [
                "_dns._udp.dual.shop.svc.cluster.local. 5 IN SRV 0 50 53"
                    + " dual.shop.svc.cluster.local."
            ],
            additionals: [
                "dual.shop.svc.cluster.local. 5 IN A 10.96.0.22",
                "dual.shop.svc.cluster.local. 5 IN AAAA fd00:10:96::22",
            ]
        ),
        // Unnamed ports have a record at the service only, and TCP and UDP share it.
        Case(
            "plain.shop.svc.cluster.local.",
            .srv,
            .noError,
            ["plain.shop.svc.cluster.local. 5 IN SRV 0 50 80 plain.shop.svc.cluster.local."]
        ),
        Case(
            "10-244-0-9.web.shop.svc.cluster.local.",
            .a,
            .noError,
            ["10-244-0-9.web.shop.svc.cluster.local. 5 IN A 10.244.0.9"]
        ),
    ]

    static let headless: [Case] = [
        Case(
            "db.data.svc.cluster.local.",
            .a,
            .noError,
            ["1", "2", "4"].map { "db.data.svc.cluster.local. 5 IN A 10.244.1.\($0)" }
        ),
        Case("db.data.svc.cluster.local.", .aaaa),
        Case(
            "db-0.db.data.svc.cluster.local.",
            .a,
            .noError,
            ["db-0.db.data.svc.cluster.local. 5 IN A 10.244.1.1"]
        ),
        Case("db-0.db.data.svc.cluster.local.", .aaaa),
        Case("db-2.db.data.svc.cluster.local.", .a, .nameError),
        Case(
            "10-244-1-4.db.data.svc.cluster.local.",
            .a,
            .noError,
            ["10-244-1-4.db.data.svc.cluster.local. 5 IN A 10.244.1.4"]
        ),
        Case(
            "_pg._tcp.db.data.svc.cluster.local.",
            .srv,
            .noError,
            ["db-0", "db-1", "10-244-1-4"].map {
                "_pg._tcp.db.data.svc.cluster.local. 5 IN SRV 0 33 5432"
                    + " \($0).db.data.svc.cluster.local."
            },
            additionals: [
                "db-0.db.data.svc.cluster.local. 5 IN A 10.244.1.1",
                "db-1.db.data.svc.cluster.local. 5 IN A 10.244.1.2",
                "10-244-1-4.db.data.svc.cluster.local. 5 IN A 10.244.1.4",
            ]
        ),
        Case(
            "db-1.db.data.svc.cluster.local.",
            .srv,
            .noError,
            [
                "db-1.db.data.svc.cluster.local. 5 IN SRV 0 100 5432"
                    + " db-1.db.data.svc.cluster.local."
            ]
        ),
        Case("empty.data.svc.cluster.local.", .a, .nameError),
        Case("six.data.svc.cluster.local.", .a),
        Case(
            "six.data.svc.cluster.local.",
            .aaaa,
            .noError,
            ["2001:db8::1", "fd00::"].map { "six.data.svc.cluster.local. 5 IN AAAA \($0)" }
        ),
        Case(
            "fd00--0.six.data.svc.cluster.local.",
            .aaaa,
            .noError,
            ["fd00--0.six.data.svc.cluster.local. 5 IN AAAA fd00::"]
        ),
    ]

    static let structure: [Case] = [
        Case(
            "cluster.local.",
            .soa,
            .noError,
            [
                "cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local."
                    + " 7 7200 1800 86400 5"
            ]
        ),
        Case(
            "cluster.local.",
            .ns,
            .noError,
            ["cluster.local. 5 IN NS ns.dns.cluster.local."],
            additionals: ["ns.dns.cluster.local. 5 IN A 192.0.2.53"]
        ),
        Case(
            "ns.dns.cluster.local.",
            .a,
            .noError,
            ["ns.dns.cluster.local. 5 IN A 192.0.2.53"]
        ),
        Case("ns.dns.cluster.local.", .aaaa),
        Case("dns.cluster.local.", .a),
        Case("x.dns.cluster.local.", .a, .nameError),
        Case(
            "dns-version.cluster.local.",
            .txt,
            .noError,
            ["dns-version.cluster.local. 28800 IN TXT \"1.1.0\""]
        ),
        Case("dns-version.cluster.local.", .a),
        Case("cluster.local.", .a),
        Case("cluster.local.", .txt),
        Case("svc.cluster.local.", .a),
        Case("svc.cluster.local.", .txt),
        Case("pod.cluster.local.", .a),
        Case("shop.svc.cluster.local.", .a),
        Case("shop.svc.cluster.local.", .soa),
        Case("nosuch.svc.cluster.local.", .a, .nameError),
        Case("nosuch.svc.cluster.local.", .soa, .nameError),
        Case("nosuch.cluster.local.", .a, .nameError),
        Case("a.b.nosuch.cluster.local.", .txt, .nameError),
    ]

    static let external: [Case] = [
        Case(
            "docs.shop.svc.cluster.local.",
            .cname,
            .noError,
            ["docs.shop.svc.cluster.local. 5 IN CNAME docs.example.com."]
        ),
        Case("docs.shop.svc.cluster.local.", .txt),
        Case("docs.shop.svc.cluster.local.", .srv),
        Case("_http._tcp.docs.shop.svc.cluster.local.", .srv, .nameError),
        Case("x.docs.shop.svc.cluster.local.", .a, .nameError),
        Case("literal.shop.svc.cluster.local.", .a, .nameError),
        Case(
            "alias.shop.svc.cluster.local.",
            .a,
            .noError,
            [
                "alias.shop.svc.cluster.local. 5 IN CNAME web.shop.svc.cluster.local.",
                "web.shop.svc.cluster.local. 5 IN A 10.96.0.21",
            ]
        ),
    ]

    @Test(arguments: virtual)
    func `a service with cluster IPs`(_ row: Case) {
        var fixture = shop()
        row.check(fixture.ask(row.name, row.type))
    }

    @Test(arguments: headless)
    func `a headless service`(_ row: Case) {
        var fixture = shop()
        row.check(fixture.ask(row.name, row.type))
    }

    @Test(arguments: structure)
    func `the zone itself`(_ row: Case) {
        var fixture = shop()
        row.check(fixture.ask(row.name, row.type))
    }

    @Test(arguments: external)
    func `an ExternalName service`(_ row: Case) {
        var fixture = shop()
        row.check(fixture.ask(row.name, row.type))
    }

    @Test func `an alias out of the zone is left to the caller`() {
        var fixture = shop()
        let reply = fixture.ask("docs.shop.svc.cluster.local.", .a)
        #expect(reply.outcome == .chase)
        #expect(
            reply.answers == ["docs.shop.svc.cluster.local. 5 IN CNAME docs.example.com."]
        )
    }

    @Test func `an alias to a missing name keeps the alias, with NOERROR and the SOA`() {
        var fixture = shop()
        let reply = fixture.ask("dangling.shop.svc.cluster.local.", .a)
        #expect(reply.code == .noError)
        #expect(reply.answers.count == 1)
        #expect(reply.authorities.count == 1)
    }

    @Test func `aliases that lead in a circle end where it closes`() {
        var fixture = shop()
        let reply = fixture.ask("Ping.shop.svc.cluster.local.", .a)
        #expect(reply.outcome == .answered)
        #expect(reply.code == .noError)
        #expect(
            reply.answers == [
                "Ping.shop.svc.cluster.local. 5 IN CNAME pong.shop.svc.cluster.local.",
                "pong.shop.svc.cluster.local. 5 IN CNAME ping.shop.svc.cluster.local.",
            ]
        )
    }

    @Test func `a circle that the name leads into is told once`() {
        var fixture = shop()
        fixture.index.update(
            service("in", "shop", type: .externalName, externalName: "ping.shop.svc.cluster.local")
        )
        #expect(fixture.ask("in.shop.svc.cluster.local.", .a).answers.count == 3)
    }

    @Test func `a chain of aliases is followed up to ten links`() {
        var fixture = shop()
        for index in 0..<20 {
            let next = "c\(index + 1).shop.svc.cluster.local"
            fixture.index.update(
                service("c\(index)", "shop", type: .externalName, externalName: next)
            )
        }
        let reply = fixture.ask("c0.shop.svc.cluster.local.", .a)
        #expect(reply.outcome == .answered)
        #expect(reply.answers.count == 11)
    }

    @Test(arguments: [RecordType.axfr, .ixfr])
    func `a zone transfer is refused`(_ type: RecordType) {
        var fixture = shop()
        #expect(fixture.ask("cluster.local.", type).outcome == .refused)
    }

    @Test func `a name outside of the zone is not answered`() {
        var fixture = shop()
        #expect(fixture.ask("xcluster.local.", .a).outcome == .outside)
        #expect(fixture.ask("local.", .a).outcome == .outside)
    }
}
