import Plugins
import Testing

@Suite("The plugin ready")
struct ReadyTests {
    private static func endpoint(_ directive: String) throws -> EndpointRequest {
        try #require(try ChainFixture(directive).context.settings.endpoints.first)
    }

    private static func text(_ reply: EndpointReply) -> String {
        "\(reply.status) " + String(decoding: reply.body, as: UTF8.self)
    }

    /// The directive, what isn't ready at each request, and the replies.
    static let cases: [(String, [[String]], [String])] = [
        ("ready", [[]], ["200 OK"]),
        ("ready", [["kubernetes"], []], ["503 kubernetes", "200 OK"]),
        (
            "ready", [["erratic", "kubernetes"], ["kubernetes"]],
            [
                "503 erratic,kubernetes", "503 kubernetes",
            ]
        ),
        // Who was ready once is not asked again.
        ("ready", [[], ["kubernetes"]], ["200 OK", "200 OK"]),
        ("ready", [["a", "b"], ["a"], ["a", "b"]], ["503 a,b", "503 a", "503 a"]),
        ("ready {\n monitor until-ready\n}", [[], ["kubernetes"]], ["200 OK", "200 OK"]),
        (
            "ready {\n monitor continuously\n}", [[], ["b", "a"], []],
            [
                "200 OK", "503 a,b", "200 OK",
            ]
        ),
    ]

    @Test("what isn't ready is named", arguments: cases)
    func ready(_ directive: String, _ states: [[String]], _ replies: [String]) throws {
        let endpoint = try Self.endpoint(directive)
        let found = states.map {
            Self.text(endpoint.respond(EndpointState(notReady: $0, isEnding: false)))
        }
        #expect(found == replies)
    }

    @Test func `a process that ends is not ready, and closes first`() throws {
        let endpoint = try Self.endpoint("ready")
        #expect(endpoint.closesFirst)
        #expect(endpoint.address == nil && endpoint.port == 8181 && endpoint.path == "/ready")
        let ending = EndpointState(notReady: [], isEnding: true)
        #expect(Self.text(endpoint.respond(ending)) == "503 Shutting down")
    }

    @Test(
        "a mistake is named with its mend",
        arguments: [
            ("ready :1 :2", "Corefile:2: unexpected ':2' after ':1': delete it"),
            (
                "ready {\n monitor\n}",
                "Corefile:3: 'monitor' needs an argument: write until-ready, or continuously after it"
            ),
            (
                "ready {\n monitor sometimes\n}",
                "Corefile:3: ready: monitor: 'sometimes' is not known: use continuously, until-ready"
            ),
            ("ready {\n watch\n}", "Corefile:3: unknown property 'watch' of 'ready': use monitor"),
            ("ready :70000", "Corefile:2: ready: ':70000' is no address with a port: write :8181"),
        ]
    )
    func mistake(_ directives: String, _ expected: String) {
        expectMistake(directives, expected)
    }
}
