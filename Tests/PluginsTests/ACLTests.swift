import Addresses
import DNSWire
import Plugins
import Testing

@Suite("The plugin acl")
struct ACLTests {
    /// What became of a query: the first letter of the action.
    private func outcome(
        _ block: String,
        _ name: String,
        _ type: RecordType,
        _ client: String
    ) throws -> String {
        let address = try #require(IPAddress(client))
        let reply = try ChainFixture("\(block)\nwhoami", zones: ".").ask(
            name,
            type,
            client: address
        )
        if reply.disposition == .dropped { return "drop" }
        if reply.code == .refused { return "block" }
        return reply.additionals.isEmpty ? "filter" : "allow"
    }

    private static let nested = """
        acl {
         allow net 10.1.2.0/24
         block net 10.1.0.0/16 fd00::/8
         drop type ANY
         filter type TXT MX net 192.0.2.1
        }
        """

    @Test(arguments: [
        (nested, "a.test", RecordType.a, "10.1.2.3", "allow"),
        (nested, "a.test", .any, "10.1.2.3", "allow"),
        (nested, "a.test", .a, "10.1.3.0", "block"),
        (nested, "a.test", .a, "10.1.1.255", "block"),
        (nested, "a.test", .a, "10.2.0.0", "allow"),
        (nested, "a.test", .a, "10.0.255.255", "allow"),
        (nested, "a.test", .a, "fdff:ffff::1", "block"),
        (nested, "a.test", .a, "fe00::", "allow"),
        (nested, "a.test", .a, "::ffff:10.1.3.1", "block"),
        (nested, "a.test", .any, "10.2.0.1", "drop"),
        (nested, "a.test", .txt, "192.0.2.1", "filter"),
        (nested, "a.test", .mx, "192.0.2.1", "filter"),
        (nested, "a.test", .a, "192.0.2.1", "allow"),
        (nested, "a.test", .txt, "192.0.2.2", "allow"),
        ("acl a.test {\n block\n}", "b.A.test", .a, "10.0.0.1", "block"),
        ("acl a.test {\n block\n}", "b.test", .a, "10.0.0.1", "allow"),
        ("acl a.test {\n BLOCK TYPE a NET *\n}", "a.test", .a, "::1", "block"),
        ("acl a.test {\n block type *\n}", "a.test", .caa, "::1", "block"),
        ("acl a.test {\n allow\n}\nacl {\n block\n}", "a.test", .a, "::1", "allow"),
        ("acl a.test {\n allow\n}\nacl {\n block\n}", "b.test", .a, "::1", "block"),
        ("acl {\n}", "a.test", .a, "::1", "allow"),
        ("acl {\n block net ::/0\n}", "a.test", .a, "10.0.0.1", "allow"),
        ("acl {\n block net 0.0.0.0/0\n}", "a.test", .a, "255.255.255.255", "block"),
        ("acl {\n block net 10.0.0.0/9 10.128.0.0/9\n}", "a.test", .a, "10.128.0.0", "block"),
    ])
    func `the first line that matches decides`(
        _ block: String,
        _ name: String,
        _ type: RecordType,
        _ client: String,
        _ expected: String
    ) throws {
        #expect(try outcome(block, name, type, client) == expected)
    }

    @Test(arguments: [
        ("block", ResponseCode.refused, UInt8(15)), ("filter", .noError, 17),
    ])
    func `clients with EDNS are told why`(
        _ action: String,
        _ code: ResponseCode,
        _ reason: UInt8
    ) throws {
        let fixture = try ChainFixture("acl {\n \(action)\n}\nwhoami")
        let reply = try fixture.ask("www.example.test", edns: EDNS())
        #expect(reply.code == code)
        #expect(reply.message.edns?.option(.extendedError) == [0, reason])
        #expect(reply.answers.isEmpty && reply.additionals.isEmpty)
        #expect(try fixture.ask("www.example.test").message.edns == nil)
    }

    @Test func `queries are counted by the way they came, and by zone`() throws {
        let fixture = try ChainFixture(
            "acl shop.test test {\n block type A\n filter type MX\n drop type TXT\n}\nwhoami",
            zones: "."
        )
        for server in ["dns://:53", "dns://:54"] {
            fixture.route = RouteInfo(zone: .root, server: server, view: "in")
            for type in [RecordType.a, .mx, .txt, .a, .srv, .srv, .srv] {
                _ = try fixture.ask("www.shop.test", type)
            }
            _ = try fixture.ask("www.test", .a)
        }
        for server in ["dns://:53", "dns://:54"] {
            let labels = "server=\"\(server)\",view=\"in\""
            for line in [
                "coredns_acl_blocked_requests_total{\(labels),zone=\"shop.test.\"} 2",
                "coredns_acl_filtered_requests_total{\(labels),zone=\"shop.test.\"} 1",
                "coredns_acl_dropped_requests_total{\(labels),zone=\"shop.test.\"} 1",
                "coredns_acl_blocked_requests_total{\(labels),zone=\"test.\"} 1",
                "coredns_acl_allowed_requests_total{\(labels)} 3",
            ] { #expect(fixture.metrics.contains(line), "\(line)") }
        }
    }

    @Test func `many blocks are matched as one by one`() throws {
        var generator = SystemRandomNumberGenerator()
        let blocks = (0..<200).map { _ in
            CIDRBlock(
                IPAddress(ipv4: .random(in: 0...UInt32.max, using: &generator)),
                prefixLength: .random(in: 4...32, using: &generator)
            )
        }.compactMap(\.self)
        let list = blocks.map { "\($0)" }.joined(separator: " ")
        let fixture = try ChainFixture("acl {\n block net \(list)\n}\nwhoami")
        var edges = blocks.flatMap { [$0.base, $0.last, $0.last.advanced(by: 1)] }.compactMap(
            \.self
        )
        edges += (0..<200).map { _ in IPAddress(ipv4: .random(in: 0...UInt32.max)) }
        for client in edges {
            let isHeld = blocks.contains { $0.contains(client) }
            let code = try fixture.ask("example.test", client: client).code
            #expect((code == .refused) == isHeld, "\(client) in \(list)")
        }
    }

    @Test(arguments: [
        ("deny", "acl: unexpected token 'deny': expect 'allow', 'block', 'filter' or 'drop'"),
        ("block all", "acl: unexpected token 'all': expect 'type' or 'net'"),
        ("block type", "acl: no token specified in 'type' section: write such as type A"),
        (
            "block net type A",
            "acl: no token specified in 'net' section: write such as net "
                + "10.0.0.0/8"
        ),
        (
            "block type BOGUS",
            "acl: unexpected token 'BOGUS'; expect legal QTYPE: write one such "
                + "as A, or *"
        ),
        (
            "block net 10.0.0.0/33",
            "acl: block: '10.0.0.0/33' is not an address or a block: write "
                + "one such as 10.0.0.0/8 or fd00::/8"
        ),
    ])
    func `mistakes are named`(_ line: String, _ problem: String) {
        expectMistake("acl {\n \(line)\n}", "Corefile:3: \(problem)")
    }
}
