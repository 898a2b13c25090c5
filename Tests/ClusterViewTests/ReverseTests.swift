import ClusterView
import DNSWire
import KubernetesModel
import Testing

@Suite("Reverse names (RFC 1035 §3.5, RFC 3596 §2.5)")
struct ReverseTests {
    static let ipv4: [Case] = [
        Case(
            "21.0.96.10.in-addr.arpa.",
            .ptr,
            .noError,
            ["21.0.96.10.in-addr.arpa. 5 IN PTR web.shop.svc.cluster.local."]
        ),
        Case(
            "1.1.244.10.in-addr.arpa.",
            .ptr,
            .noError,
            ["1.1.244.10.in-addr.arpa. 5 IN PTR db-0.db.data.svc.cluster.local."]
        ),
        Case(
            "9.0.244.10.in-addr.arpa.",
            .ptr,
            .noError,
            ["9.0.244.10.in-addr.arpa. 5 IN PTR 10-244-0-9.web.shop.svc.cluster.local."]
        ),
        Case("3.1.244.10.in-addr.arpa.", .ptr, .nameError),
        Case("21.0.96.10.in-addr.arpa.", .a),
        Case("21.0.96.10.in-addr.arpa.", .txt),
        Case("0.96.10.in-addr.arpa.", .ptr),
        Case("256.0.96.10.in-addr.arpa.", .ptr, .nameError),
        Case("021.0.96.10.in-addr.arpa.", .ptr, .nameError),
        Case("x.0.96.10.in-addr.arpa.", .ptr, .nameError),
        Case("1.21.0.96.10.in-addr.arpa.", .ptr, .nameError),
        Case(
            "10.in-addr.arpa.",
            .soa,
            .noError,
            [
                "10.in-addr.arpa. 5 IN SOA ns.dns.10.in-addr.arpa. hostmaster.10.in-addr.arpa."
                    + " 7 7200 1800 86400 5"
            ]
        ),
    ]

    @Test(arguments: ipv4)
    func `an IPv4 name`(_ row: Case) {
        var fixture = shop()
        row.check(fixture.ask(row.name, row.type, zone: "10.in-addr.arpa."))
    }

    private static let six =
        "2.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa."

    @Test func `an IPv6 name`() {
        var fixture = shop()
        let reply = fixture.ask(ReverseTests.six, .ptr, zone: "ip6.arpa.")
        #expect(
            reply.answers == ["\(ReverseTests.six) 5 IN PTR dual.shop.svc.cluster.local."]
        )
        let upper = fixture.ask(ReverseTests.six.uppercased(), .ptr, zone: "ip6.arpa.")
        #expect(upper.answers.count == 1)
        let short = ReverseTests.six.split(separator: ".").dropFirst().joined(separator: ".")
        #expect(fixture.ask(short + ".", .ptr, zone: "ip6.arpa.").code == .noError)
    }

    @Test func `an address of several endpoints has all their names`() {
        var fixture = shop()
        fixture.index.update(service("other", "data", ips: ["None"]))
        fixture.index.update(
            slice("o", of: "other", "data", [Endpoint(addresses: ["10.244.1.1"])])
        )
        let question = "1.1.244.10.in-addr.arpa."
        let reply = fixture.ask(question, .ptr, zone: "10.in-addr.arpa.")
        #expect(
            reply.answers == [
                "\(question) 5 IN PTR 10-244-1-1.other.data.svc.cluster.local.",
                "\(question) 5 IN PTR db-0.db.data.svc.cluster.local.",
            ]
        )
        fixture.index.removeSlice(namespace: "data", name: "o")
        #expect(fixture.ask(question, .ptr, zone: "10.in-addr.arpa.").answers.count == 1)
    }

    @Test func `a cluster IP hides endpoints with the same address until it goes`() {
        var fixture = shop()
        fixture.index.update(
            slice("o", of: "db", "data", [Endpoint(addresses: ["10.96.0.21"], hostname: "x")])
        )
        let question = "21.0.96.10.in-addr.arpa."
        let reply = fixture.ask(question, .ptr, zone: "10.in-addr.arpa.")
        #expect(reply.answers == ["\(question) 5 IN PTR web.shop.svc.cluster.local."])
        fixture.index.removeService(namespace: "shop", name: "web")
        let later = fixture.ask(question, .ptr, zone: "10.in-addr.arpa.")
        #expect(later.answers == ["\(question) 5 IN PTR x.db.data.svc.cluster.local."])
    }
}
