import Addresses
import DNSWire
import Plugins
import Testing

/// A question to a static zone, and what comes back.
struct ZoneCase: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var code: ResponseCode
    var answers: [String]
    var authorities: Int
    var additionals: [String]
    var isAuthoritative: Bool

    init(
        _ name: String,
        _ type: RecordType,
        _ answers: [String],
        code: ResponseCode = .noError,
        authorities: Int = 0,
        additionals: [String] = [],
        isAuthoritative: Bool = true
    ) {
        self.name = name
        self.type = type
        self.answers = answers
        self.code = code
        self.authorities = authorities
        self.additionals = additionals
        self.isAuthoritative = isAuthoritative
    }

    var testDescription: String { "\(name) \(type)" }
}

@Suite("file (RFC 1034 §4.3.2, RFC 2308, RFC 4592)")
struct FilePluginTests {
    private static let text = """
        $TTL 60
        @ SOA ns hostmaster 1 2 3 4 30
        @ NS ns
        @ MX 10 mail
        ns A 192.0.2.53
        mail A 192.0.2.25
        mail AAAA 2001:db8::25
        www A 192.0.2.80
        www A 192.0.2.81
        one CNAME two
        two CNAME www
        away CNAME www.example.org.
        dead CNAME nothing
        *.wild A 192.0.2.99
        a.b.empty TXT "here"
        sub NS ns.sub
        ns.sub A 192.0.2.54
        """

    static let cases = [
        ZoneCase(
            "www",
            .a,
            ["www.example.test. 60 IN A 192.0.2.80", "www.example.test. 60 IN A 192.0.2.81"]
        ),
        ZoneCase(
            "WWW",
            .a,
            ["www.example.test. 60 IN A 192.0.2.80", "www.example.test. 60 IN A 192.0.2.81"]
        ),
        ZoneCase("www", .aaaa, [], authorities: 1),
        ZoneCase("nothing", .a, [], code: .nameError, authorities: 1),
        ZoneCase("b.empty", .a, [], authorities: 1),
        ZoneCase("empty", .txt, [], authorities: 1),
        ZoneCase(
            "one",
            .a,
            [
                "one.example.test. 60 IN CNAME two.example.test.",
                "two.example.test. 60 IN CNAME www.example.test.",
                "www.example.test. 60 IN A 192.0.2.80", "www.example.test. 60 IN A 192.0.2.81",
            ]
        ),
        ZoneCase("one", .cname, ["one.example.test. 60 IN CNAME two.example.test."]),
        ZoneCase(
            "dead",
            .a,
            ["dead.example.test. 60 IN CNAME nothing.example.test."],
            code: .nameError,
            authorities: 1
        ),
        ZoneCase("x.wild", .a, ["x.wild.example.test. 60 IN A 192.0.2.99"]),
        ZoneCase("x.y.wild", .a, ["x.y.wild.example.test. 60 IN A 192.0.2.99"]),
        ZoneCase("x.wild", .txt, [], authorities: 1),
        ZoneCase("wild", .a, [], authorities: 1),
        ZoneCase(
            "@",
            .mx,
            ["example.test. 60 IN MX 10 mail.example.test."],
            additionals: [
                "mail.example.test. 60 IN A 192.0.2.25",
                "mail.example.test. 60 IN AAAA 2001:db8::25",
            ]
        ),
        ZoneCase(
            "host.sub",
            .a,
            [],
            authorities: 1,
            additionals: ["ns.sub.example.test. 60 IN A 192.0.2.54"],
            isAuthoritative: false
        ),
    ]

    private func zone() throws -> TemporaryFile { try TemporaryFile(Self.text + "\n") }

    private func name(_ text: String) -> String {
        text == "@" ? "example.test" : "\(text).example.test"
    }

    @Test("a question to a static zone", arguments: cases)
    func answer(_ test: ZoneCase) throws {
        let zone = try zone()
        let reply = try ChainFixture("file \(zone.path)").ask(name(test.name), test.type)
        #expect(reply.disposition == .written)
        #expect(reply.code == test.code)
        #expect(reply.answers.map { $0.lowercased() } == test.answers.map { $0.lowercased() })
        #expect(reply.authorities.count == test.authorities)
        #expect(reply.additionals == test.additionals)
        #expect(reply.message.header.isAuthoritative == test.isAuthoritative)
    }

    @Test func `a denial carries the SOA with the time that it may be kept`() throws {
        let zone = try zone()
        let chain = try ChainFixture("file \(zone.path)")
        let start = "example.test. 30 IN SOA ns.example.test. hostmaster.example.test. 1 2 3 4 30"
        #expect(try chain.ask("nothing.example.test").authorities == [start])
        #expect(try chain.ask("www.example.test", .txt).authorities == [start])
    }

    @Test
    func `an alias out of the zone is looked up, and the alias alone is answered if not found`()
        throws
    {
        let zone = try zone()
        let chain = try ChainFixture("file \(zone.path)")
        let alias = "away.example.test. 60 IN CNAME www.example.org."
        #expect(try chain.ask("away.example.test").answers == [alias])
        let target = ResourceRecord(
            name: try #require(Name("www.example.org.")),
            timeToLive: 9,
            data: .address(.init(ipv4: 0xC000_0207))
        )
        chain.resolver.records = [target]
        let reply = try chain.ask("away.example.test")
        #expect(reply.answers == [alias, "www.example.org. 9 IN A 192.0.2.7"])
        #expect(chain.resolver.asked == ["www.example.org. A 1", "www.example.org. A 1"])
        // Who asks for the alias itself gets no more.
        #expect(try chain.ask("away.example.test", .cname).answers == [alias])
        #expect(chain.resolver.asked.count == 2)
    }

    @Test func `unknown names are passed on where fallthrough says so`() throws {
        let zone = try zone()
        let own = try ChainFixture("file \(zone.path)\nwhoami")
        #expect(try own.ask("nothing.example.test").code == .nameError)
        let all = try ChainFixture("file \(zone.path) {\n fallthrough\n}\nwhoami")
        let passed = try all.ask("nothing.example.test")
        #expect(passed.code == .noError)
        #expect(passed.additionals.count == 2)
        #expect(passed.authorities.isEmpty)
        // A name that exists with other types is not unknown.
        #expect(try all.ask("www.example.test", .txt).authorities.count == 1)
        let some = try ChainFixture("file \(zone.path) {\n fallthrough b.example.test\n}\nwhoami")
        #expect(try some.ask("a.example.test").code == .nameError)
        #expect(try some.ask("a.b.example.test").code == .noError)
    }

    @Test func `names outside the zones go to the next plugin`() throws {
        let zone = try zone()
        let chain = try ChainFixture("file \(zone.path) example.test\nwhoami", zones: ".")
        #expect(try chain.ask("example.org").additionals.count == 2)
        let alone = try ChainFixture("file \(zone.path) example.test", zones: ".")
        #expect(try alone.ask("example.org").disposition == .refused)
    }

    @Test(arguments: [RecordType.axfr, .ixfr])
    func `zone transfers are refused`(_ type: RecordType) throws {
        let zone = try zone()
        let reply = try ChainFixture("file \(zone.path)").ask("example.test", type)
        #expect(reply.disposition == .refused)
        #expect(reply.answers.isEmpty)
    }

    @Test func `an answer that does not fit is truncated`() throws {
        let records = (0..<200).map { "many 60 A 192.0.2.\($0)" }.joined(separator: "\n")
        let zone = try TemporaryFile("@ 60 SOA ns h 1 2 3 4 5\n\(records)\n")
        let reply = try ChainFixture("file \(zone.path)").ask("many.example.test", limit: 512)
        #expect(reply.message.header.isTruncated)
        #expect((1..<200).contains(reply.answers.count))
    }
}
