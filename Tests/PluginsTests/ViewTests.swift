import Addresses
import DNSWire
import Plugins
import Testing

@Suite("view")
struct ViewTests {
    @Test(arguments: [
        ("incidr(client_ip(), '10.0.0.0/8')", true), ("incidr(client_ip(), '11.0.0.0/8')", false),
        ("bufsize() == 1400", true), ("class() == 'IN'", true), ("do()", true),
        ("id() == 4711", true),
        ("name() == 'www.example.test.'", true), ("name() endsWith '.test.'", true),
        ("opcode() == 0", true), ("port() == '53535'", true), ("proto() == 'udp'", true),
        ("server_ip() == '127.0.0.1'", true), ("server_port() == '53'", true),
        ("size() == 45", true),
        ("type() == 'MX'", true), ("type() in ['A', 'AAAA']", false),
        ("metadata('scripted/label') == 'told'", true), ("metadata('scripted/none') == ''", true),
        ("name() matches '^www[.]'", true), ("metadata('view/name') == 'inside'", true),
        ("incidr('x', '10.0.0.0/8')", false),
        ("not (proto() == 'tcp') or false", true), ("client_ip() == '10.1.2.3'", true),
        ("server_ip() == '127.0.0.1' && false", false),
    ])
    func `it takes the queries that its expressions are true for`(
        _ expression: String,
        _ expected: Bool
    ) throws {
        let plugin = ScriptedPlugin()
        plugin.metadata = ["scripted/label": "told"]
        let chain = try ChainFixture(
            "metadata\nview inside {\n expr true\n expr \(expression)\n}",
            zones: ".",
            behind: [plugin]
        )
        let reply = try chain.ask(
            "WWW.example.test",
            .mx,
            client: try #require(IPAddress("10.1.2.3")),
            edns: EDNS(udpPayloadSize: 1_400, isDNSSECOK: true)
        )
        #expect(reply.isInView == expected)
        #expect(chain.context.settings.view?.name == "inside")
    }

    @Test func `all expressions must be true; without any, it takes everything`() throws {
        for (lines, expected) in [("", true), (" expr true\n expr false\n", false)] {
            let chain = try ChainFixture("view v {\n\(lines)}\nwhoami")
            #expect(try chain.ask("a.test").isInView == expected)
            #expect(chain.chain.plugins.map(\.name) == ["whoami", "view"])
        }
    }

    @Test func `without metadata nothing was told`() throws {
        let chain = try ChainFixture("view v {\n expr metadata('view/name') == ''\n}\nwhoami")
        #expect(try chain.ask("a.test").isInView)
    }

    @Test func `an expression that fails takes nothing, and is counted`() throws {
        let chain = try ChainFixture(
            "view v {\n expr incidr(name(), '10.0.0.0/8')\n}\nwhoami",
            zones: "."
        )
        #expect(try !chain.ask("a.test").isInView)
        #expect(chain.metrics.contains("martlet_view_failures_total{view=\"v\"} 1"))
    }

    @Test(arguments: [
        (
            "view",
            "Corefile:2: 'view' needs an argument: write the name of the view after it"
        ),
        ("view a b", "Corefile:2: unexpected 'b' after 'a': delete it"),
        ("view a {\n when true\n}", "Corefile:3: unknown property 'when' of 'view': use expr"),
        (
            "view a\nview b",
            "Corefile:3: view: this plugin can only be used once per Server Block: merge its "
                + "options into the first one"
        ),
        (
            "view a {\n expr\n}",
            "Corefile:3: 'expr' needs an argument: write an expression after it"
        ),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }

    @Test(arguments: ["(", "1 +", "nothing()", "name", "name() == 1", "incidr(1, 2)"])
    func `expressions are checked at the start`(_ expression: String) {
        let error = #expect(throws: (any Error).self) {
            try ChainFixture("view a {\n expr \(expression)\n}")
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("Corefile:3: view: expr: '\(expression)' is no expression: "))
    }
}
