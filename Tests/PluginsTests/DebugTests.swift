import DNSWire
import Plugins
import Testing

@Suite("debug")
struct DebugTests {
    @Test(arguments: [("debug", true), ("debug\ndebug", true), ("", false)])
    func `it is a switch of the block`(_ directives: String, _ isOn: Bool) throws {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        #expect(fixture.context.settings.isDebugging == isOn)
    }

    @Test func `it takes no arguments`() {
        expectMistake("debug on", "Corefile:2: unexpected 'on' after 'debug': delete it")
        expectMistake(
            "debug {\n on\n}",
            "Corefile:2: unexpected '{' in 'debug': delete it"
        )
    }

    /// Lines of level debug, of plugins that have some.
    @Test(arguments: [("debug\n", 1), ("", 0)])
    func `plugins write details with it only`(_ directive: String, _ count: Int) throws {
        let plugin = ScriptedPlugin()
        plugin.failure = "a1"
        let chain = try ChainFixture(
            "\(directive)errors {\n consolidate 1h ^a debug\n}",
            zones: ".",
            behind: [plugin]
        )
        _ = try chain.ask("x")
        for plugin in chain.chain.plugins { plugin.stop() }
        let log = try chain.log()
        #expect(log.count == count)
        #expect(log.allSatisfy { $0.hasPrefix("[DEBUG] plugin/errors: 1 errors like") })
    }
}
