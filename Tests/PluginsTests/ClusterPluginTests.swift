import Addresses
import ClusterView
import DNSWire
import Plugins
import Testing

@Suite("kubernetes")
struct ClusterPluginTests {
    private func chain(_ options: String = "", next: String = "") throws -> ChainFixture {
        try ChainFixture(
            "kubernetes {\n \(options)\n}\n\(next)",
            zones: "cluster.local 10.96.0.0/16"
        )
    }

    @Test(arguments: [("", 5), ("ttl 0", 0), ("ttl 3600", 3_600)])
    func `answers live as long as ttl says`(_ option: String, _ seconds: Int) throws {
        let reply = try chain(option).ask("web.shop.svc.cluster.local")
        #expect(reply.answers == ["web.shop.svc.cluster.local. \(seconds) IN A 10.96.0.21"])
        #expect(reply.message.header.isAuthoritative)
    }

    @Test func `only the namespaces that are named exist`() throws {
        let chain = try chain("namespaces shop")
        #expect(try chain.ask("web.shop.svc.cluster.local").answers.count == 1)
        #expect(try chain.ask("web.hidden.svc.cluster.local").code == .nameError)
    }

    @Test(arguments: [("disabled", ResponseCode.nameError, 0), ("insecure", .noError, 1)])
    func `pod names exist as pods says`(_ mode: String, _ code: ResponseCode, _ count: Int) throws {
        let reply = try chain("pods \(mode)").ask("10-244-0-1.shop.pod.cluster.local")
        #expect(reply.code == code)
        #expect(reply.answers.count == count)
    }

    @Test func `unknown names are passed on where fallthrough says so`() throws {
        let missing = "no.shop.svc.cluster.local"
        let reverse = "9.9.96.10.in-addr.arpa"
        let none = try chain(next: "whoami")
        #expect(try none.ask(missing).code == .nameError)
        #expect(try none.ask(reverse, .ptr).code == .nameError)
        let some = try chain("fallthrough in-addr.arpa", next: "whoami")
        #expect(try some.ask(missing).code == .nameError)
        #expect(try some.ask(reverse, .ptr).additionals.count == 2)
        let all = try chain("fallthrough", next: "whoami")
        #expect(try all.ask(missing).additionals.count == 2)
    }

    @Test func `an alias out of the zone is looked up`() throws {
        let chain = try chain()
        let target = ResourceRecord(
            name: try #require(Name("www.example.test.")),
            timeToLive: 9,
            data: .address(.init(ipv4: 0xC000_0207))
        )
        chain.resolver.records = [target]
        let reply = try chain.ask("docs.shop.svc.cluster.local")
        #expect(
            reply.answers == [
                "docs.shop.svc.cluster.local. 5 IN CNAME www.example.test.",
                "www.example.test. 9 IN A 192.0.2.7",
            ]
        )
        #expect(chain.resolver.asked == ["www.example.test. A 1"])
    }

    @Test func `a circle of aliases that leads out of the zone and back is told once`() throws {
        let chain = try chain()
        let there = try #require(Name("www.example.test."))
        let here = try #require(Name("docs.shop.svc.cluster.local."))
        chain.resolver.records = [
            ResourceRecord(name: there, timeToLive: 9, data: .cname(here)),
            ResourceRecord(name: here, timeToLive: 5, data: .cname(there)),
        ]
        let reply = try chain.ask("docs.shop.svc.cluster.local")
        #expect(
            reply.answers == [
                "docs.shop.svc.cluster.local. 5 IN CNAME www.example.test.",
                "www.example.test. 9 IN CNAME docs.shop.svc.cluster.local.",
            ]
        )
    }

    @Test func `the server's own addresses are those that bind names`() throws {
        func addresses(_ bind: String) throws -> [String] {
            let chain = try ChainFixture("\(bind)\nkubernetes", zones: "cluster.local")
            return try chain.ask("ns.dns.cluster.local").answers
        }
        func own(_ address: String) -> String { "ns.dns.cluster.local. 5 IN A \(address)" }
        #expect(try addresses("") == [own("192.0.2.53")])
        #expect(try addresses("bind 127.0.0.1 ::1") == [own("127.0.0.1")])
        // All addresses are those of the host.
        #expect(
            try addresses("bind 0.0.0.0 127.0.0.1").sorted() == [
                own("127.0.0.1"), own("192.0.2.53"),
            ]
        )
    }

    @Test(arguments: [
        ("10.244.0.7", "x.test", "shop web-0 web"), ("10.244.0.8", "x.test", "- - -"),
        // Of several at their host's address, the one of the name's namespace.
        ("10.0.0.9", "x.test", "hidden b -"),
        ("10.0.0.9", "web.shop.svc.cluster.local", "shop a -"),
        ("10.0.0.9", "web.hidden.svc.cluster.local", "hidden b -"),
        ("10.0.0.9", "cluster.local", "hidden b -"),
    ])
    func `metadata tell which pod asks`(
        _ client: String,
        _ name: String,
        _ line: String
    ) throws {
        let labels = ["namespace", "pod-name", "label/app"].map { "{/kubernetes/client-\($0)}" }
        let chain = try ChainFixture(
            "metadata\nlog . \"\(labels.joined(separator: " "))\"\nkubernetes cluster.local {\n"
                + " pods verified\n}",
            zones: "."
        )
        _ = try chain.ask(name, client: try #require(IPAddress(client)))
        #expect(try chain.log() == ["[INFO] \(line)"])
    }

    @Test func `pods are kept with their names only for metadata`() throws {
        func options(_ text: String) throws -> ClusterIndex.Options {
            let chain = try ChainFixture(text, zones: "cluster.local")
            return try #require(chain.context.views.first).options
        }
        #expect(try options("metadata\nkubernetes {\n pods verified\n}").indexesClients)
        #expect(try !options("kubernetes {\n pods verified\n}").indexesClients)
        #expect(try !options("metadata\nkubernetes {\n pods insecure\n}").indexesClients)
    }

    @Test func `names outside the zones go to the next plugin`() throws {
        let chain = try ChainFixture("kubernetes cluster.local", zones: ".")
        #expect(try chain.ask("example.org").disposition == .refused)
    }
}
