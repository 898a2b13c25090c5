import Addresses
import DNSWire
import Testing

@testable import Plugins

/// A question from outside of a cluster, and what comes back.
struct ExternalCase: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var code: ResponseCode
    var answers: [String]
    var additionals: [String]

    init(
        _ name: String,
        _ type: RecordType,
        _ answers: [String],
        code: ResponseCode = .noError,
        additionals: [String] = []
    ) {
        self.name = name
        self.type = type
        self.answers = answers
        self.code = code
        self.additionals = additionals
    }

    var testDescription: String { "\(name) \(type)" }
}

@Suite("k8s_external")
struct K8sExternalTests {
    static let cases = [
        ExternalCase("web.shop.example.org", .a, ["web.shop.example.org. 5 IN A 192.0.2.10"]),
        ExternalCase("WEB.Shop.Example.org", .a, ["WEB.Shop.Example.org. 5 IN A 192.0.2.10"]),
        ExternalCase(
            "web.shop.example.org",
            .aaaa,
            ["web.shop.example.org. 5 IN AAAA 2001:db8::10"]
        ),
        ExternalCase("web.shop.example.org", .txt, []),
        ExternalCase(
            "_http._tcp.web.shop.example.org",
            .srv,
            ["_http._tcp.web.shop.example.org. 5 IN SRV 0 50 80 web.shop.example.org."],
            additionals: [
                "web.shop.example.org. 5 IN A 192.0.2.10",
                "web.shop.example.org. 5 IN AAAA 2001:db8::10",
            ]
        ),
        ExternalCase("_dns._tcp.web.shop.example.org", .srv, [], code: .nameError),
        ExternalCase(
            "named.shop.example.org",
            .srv,
            ["named.shop.example.org. 5 IN SRV 0 100 80 lb.example.org."]
        ),
        ExternalCase("db.shop.example.org", .a, [], code: .nameError),
        ExternalCase("alias.shop.example.org", .a, [], code: .nameError),
        ExternalCase("shop.example.org", .a, []),
        ExternalCase("hidden.gone.example.org", .a, [], code: .nameError),
        ExternalCase("a.b.c.web.shop.example.org", .a, [], code: .nameError),
        ExternalCase(
            "example.org",
            .soa,
            [
                "example.org. 5 IN SOA ns1.dns.example.org. hostmaster.dns.example.org. 7 7200 "
                    + "1800 86400 5"
            ]
        ),
        ExternalCase(
            "example.org",
            .ns,
            ["example.org. 5 IN NS ns1.dns.example.org."],
            additionals: ["ns1.dns.example.org. 5 IN A 192.0.2.53"]
        ),
        ExternalCase("example.org", .a, []),
        ExternalCase("dns.example.org", .a, []),
        ExternalCase("ns1.dns.example.org", .a, ["ns1.dns.example.org. 5 IN A 192.0.2.53"]),
        ExternalCase("ns2.dns.example.org", .a, [], code: .nameError),
        ExternalCase("x.ns1.dns.example.org", .a, [], code: .nameError),
        ExternalCase(
            "10.2.0.192.in-addr.arpa",
            .ptr,
            ["10.2.0.192.in-addr.arpa. 5 IN PTR web.shop.example.org."]
        ),
        ExternalCase("11.2.0.192.in-addr.arpa", .ptr, [], code: .nameError),
    ]

    private func chain(_ options: String = "", next: String = "") throws -> ChainFixture {
        let chain = try ChainFixture(
            """
            k8s_external example.org 192.0.2.0/24 {
                \(options)
            }
            kubernetes cluster.local
            \(next)
            """,
            zones: "."
        )
        unsafe chain.desk.pointee.adopt([OutsideCluster.snapshot])
        return chain
    }

    @Test("a question from outside of the cluster", arguments: cases)
    func answer(_ test: ExternalCase) throws {
        let reply = try chain().ask(test.name, test.type)
        #expect(reply.disposition == .written)
        #expect(reply.code == test.code)
        #expect(reply.answers == test.answers)
        #expect(reply.additionals == test.additionals)
        #expect(reply.authorities.count == (test.answers.isEmpty ? 1 : 0))
        #expect(reply.message.header.isAuthoritative)
    }

    @Test func `with headless, headless services and their endpoints have names`() throws {
        let chain = try chain("headless\n ttl 9\n apex server")
        #expect(
            try chain.ask("db.shop.example.org").answers == ["db.shop.example.org. 9 IN A 10.0.0.1"]
        )
        #expect(
            try chain.ask("db-0.db.shop.example.org").answers == [
                "db-0.db.shop.example.org. 9 IN A 10.0.0.1"
            ]
        )
        #expect(
            try chain.ask("_sql._tcp.db.shop.example.org", .srv).answers == [
                "_sql._tcp.db.shop.example.org. 9 IN SRV 0 100 5432 db-0.db.shop.example.org."
            ]
        )
        #expect(try chain.ask("db-1.db.shop.example.org").code == .nameError)
        #expect(try chain.ask("ns1.server.example.org").answers.count == 1)
    }

    @Test func `a load balancer with a name is an alias, which is looked up`() throws {
        let chain = try chain()
        chain.resolver.records = [
            ResourceRecord(
                name: try #require(Name("lb.example.org.")),
                timeToLive: 1,
                data: .address(IPAddress(ipv4: 0xC000_0207))
            )
        ]
        #expect(
            try chain.ask("named.shop.example.org").answers == [
                "named.shop.example.org. 5 IN CNAME lb.example.org.",
                "lb.example.org. 1 IN A 192.0.2.7",
            ]
        )
    }

    @Test func `unknown names are passed on where fallthrough says so`() throws {
        let chain = try chain("fallthrough shop.example.org", next: "whoami")
        #expect(try chain.ask("no.shop.example.org").additionals.count == 2)
        #expect(try chain.ask("no.other.example.org").code == .nameError)
    }

    @Test func `it needs kubernetes in the block`() {
        expectMistake(
            "k8s_external example.org",
            "Corefile:2: k8s_external: kubernetes plugin not loaded: add 'kubernetes ZONE' to the "
                + "server block"
        )
    }

    @Test func `the zone is transferred with all services that are shown`() throws {
        let chain = try chain("headless", next: "transfer {\n to *\n}")
        let (_, messages) = try chain.transfer("example.org")
        let records = messages.flatMap(\.answers).map(\.text)
        #expect(records.first == records.last)
        #expect(records.contains("web.shop.example.org. 5 IN A 192.0.2.10"))
        #expect(records.contains("named.shop.example.org. 5 IN CNAME lb.example.org."))
        #expect(records.contains("db-0.db.shop.example.org. 5 IN A 10.0.0.1"))
        #expect(!records.contains { $0.contains("hidden") })
    }
}
