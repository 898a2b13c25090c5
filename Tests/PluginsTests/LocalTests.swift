import DNSWire
import Plugins
import Testing

@Suite("The plugin local")
struct LocalTests {
    private static let start = "604800 IN SOA localhost. root.localhost. 1 0 0 0 604800"

    /// Question, code, answers, authority.
    static let cases: [(String, RecordType, ResponseCode, [String], [String])] = [
        ("localhost", .a, .noError, ["localhost. 604800 IN A 127.0.0.1"], []),
        ("LocalHost", .aaaa, .noError, ["LocalHost. 604800 IN AAAA ::1"], []),
        ("localhost", .soa, .noError, ["localhost. \(start)"], []),
        ("localhost", .ns, .noError, ["localhost. 604800 IN NS localhost."], []),
        ("localhost", .mx, .noError, [], ["localhost. \(start)"]),
        ("a.b.localhost", .a, .noError, ["a.b.localhost. 604800 IN A 127.0.0.1"], []),
        ("a.localhost", .txt, .noError, [], ["a.localhost. \(start)"]),
        (
            "localhost.shop.example.", .a, .noError,
            ["localhost.shop.example. 604800 IN A 127.0.0.1"], []
        ),
        (
            "1.0.0.127.in-addr.arpa", .ptr, .noError,
            ["1.0.0.127.in-addr.arpa. 604800 IN PTR localhost."], []
        ),
        ("1.0.0.127.in-addr.arpa", .a, .noError, [], ["127.in-addr.arpa. \(start)"]),
        ("127.in-addr.arpa", .a, .noError, [], ["127.in-addr.arpa. \(start)"]),
        ("127.in-addr.arpa", .ns, .noError, ["127.in-addr.arpa. 604800 IN NS localhost."], []),
        ("2.0.0.127.IN-ADDR.arpa", .ptr, .nameError, [], ["127.IN-ADDR.arpa. \(start)"]),
        ("9.255.in-addr.arpa", .a, .nameError, [], ["255.in-addr.arpa. \(start)"]),
        ("1.0.in-addr.arpa", .ptr, .nameError, [], ["0.in-addr.arpa. \(start)"]),
    ]

    @Test("local names are answered", arguments: cases)
    func answered(
        _ name: String,
        _ type: RecordType,
        _ code: ResponseCode,
        _ answers: [String],
        _ authorities: [String]
    ) throws {
        let reply = try ChainFixture("local\nwhoami", zones: ".").ask(name, type)
        #expect(reply.code == code)
        #expect(reply.answers == answers)
        #expect(reply.authorities == authorities)
        #expect(!reply.message.header.isAuthoritative)
    }

    @Test(arguments: [
        "example.test", "localhosts.example.test", "xlocalhost", "10.in-addr.arpa", "arpa",
        "www.localhost.example.test",
    ])
    func `others are passed on`(_ name: String) throws {
        let reply = try ChainFixture("local\nwhoami", zones: ".").ask(name)
        #expect(reply.answers.isEmpty && reply.authorities.isEmpty)
        #expect(reply.additionals.count == 2)
    }

    @Test func `names that begin with localhost can be passed on`() throws {
        let fixture = try ChainFixture("local {\n localhost_prefix off\n}\nwhoami", zones: ".")
        #expect(try fixture.ask("localhost.shop.example").answers.isEmpty)
        #expect(try fixture.ask("shop.localhost").answers.count == 1)
    }

    @Test func `queries below localhost are counted, and logged with debug`() throws {
        let fixture = try ChainFixture("debug\nlocal", zones: ".")
        for name in ["A.localhost", "localhost", "localhost.b", "127.in-addr.arpa"] {
            _ = try fixture.ask(name)
        }
        #expect(fixture.metrics.contains("coredns_local_localhost_requests_total 2"))
        #expect(
            try fixture.log() == [
                "[DEBUG] plugin/local: Intercepting localhost query for \"a.localhost.\" A, "
                    + "from 127.0.0.1",
                "[DEBUG] plugin/local: Intercepting localhost query for \"localhost.b.\" A, "
                    + "from 127.0.0.1",
            ]
        )
    }

    @Test func `mistakes are named`() {
        expectMistake(
            "local {\n localhost_prefix maybe\n}",
            "Corefile:3: local: localhost_prefix: 'maybe' is neither on nor off: write on or off"
        )
    }
}
