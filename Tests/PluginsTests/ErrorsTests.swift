import Corefile
import DNSWire
import Plugins
import Testing

@Suite("errors")
struct ErrorsTests {
    @Test func `it writes nothing about replies that are no failures`() throws {
        let chain = try ChainFixture("errors\nkubernetes cluster.local", zones: ".")
        _ = try chain.ask("web.shop.svc.cluster.local")
        _ = try chain.ask("example.org")
        #expect(try chain.log().isEmpty)
    }

    @Test func `it tells what a plugin said of a failure`() throws {
        let plugin = ScriptedPlugin()
        plugin.failure = "no\nluck"
        let chain = try ChainFixture("errors", zones: ".", behind: [plugin])
        _ = try chain.ask("Web.Example.org", .mx)
        // The text of one query is not that of another.
        plugin.failure = nil
        plugin.disposition = .serverFailure
        _ = try chain.ask("silent.example.org")
        #expect(try chain.log() == ["[ERROR] plugin/errors: 2 web.example.org. MX: no luck"])
    }

    @Test(arguments: [
        (
            "consolidate 1h ^a warning",
            ["[WARNING] plugin/errors: 2 errors like '^a' occurred in last 1h0m0s"]
        ),
        (
            "consolidate 1h ^a show_first",
            [
                "[ERROR] plugin/errors: 2 x. A: a1",
                "[ERROR] plugin/errors: 2 errors like '^a' occurred in last 1h0m0s",
            ]
        ),
        ("consolidate 1h ^a debug", []),
    ])
    func `errors that are alike are told together`(_ option: String, _ lines: [String]) throws {
        let plugin = ScriptedPlugin()
        let chain = try ChainFixture("errors {\n \(option)\n}", zones: ".", behind: [plugin])
        for text in ["a1", "b", "a2"] {
            plugin.failure = text
            _ = try chain.ask("x")
        }
        for plugin in chain.chain.plugins { plugin.stop() }
        var expected = lines
        expected.insert("[ERROR] plugin/errors: 2 x. A: b", at: lines.count > 1 ? 1 : 0)
        #expect(try chain.log() == expected)
    }

    @Test func `it stands in front of what may fail, once`() throws {
        for directive in ["errors", "errors stdout", "errors {\n stacktrace\n}"] {
            let fixture = try ChainFixture("whoami\n\(directive)")
            #expect(fixture.chain.plugins.map(\.name) == ["errors", "whoami"])
        }
    }

    /// What is written by the server has no text: the plugin that failed has none.
    @Test(arguments: [
        (Disposition.refused, "5"), (.formatError, "1"), (.notImplemented, "4"),
        (.serverFailure, "2"),
    ])
    func `the line has the number of the code`(_ disposition: Disposition, _ code: String) throws {
        #expect(disposition.responseCode.map { "\($0)" } == code)
        let plugin = ScriptedPlugin()
        plugin.disposition = disposition
        let chain = try ChainFixture("errors", zones: ".", behind: [plugin])
        _ = try chain.ask("x")
        #expect(try chain.log().isEmpty)
    }

    @Test(arguments: [
        ("errors stderr", "Corefile:2: errors: invalid log file: stderr: use stdout"),
        ("errors stdout more", "Corefile:2: unexpected 'more' after 'stdout': delete it"),
        (
            "errors {\n consolidate\n}",
            "Corefile:3: 'consolidate' needs an argument: write a duration such as 5s after it"
        ),
        (
            "errors {\n consolidate 5m\n}",
            "Corefile:3: 'consolidate' needs an argument: write a regular expression after it"
        ),
        (
            "errors {\n consolidate 5m a loudly\n}",
            "Corefile:3: errors: unknown argument in consolidate: loudly: use warning, error, "
                + "info, debug or show_first"
        ),
        (
            "errors {\n more\n}",
            "Corefile:3: unknown property 'more' of 'errors': use consolidate, stacktrace"
        ),
        (
            "errors\nerrors",
            "Corefile:3: errors: this plugin can only be used once per Server Block: merge its "
                + "options into the first one"
        ),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }

    @Test(arguments: ["consolidate 5 a", "consolidate 5m (", "consolidate 5m a{2000}"])
    func `times and patterns are checked`(_ option: String) {
        let error = #expect(throws: CorefileErrors.self) {
            try ChainFixture("errors {\n \(option)\n}")
        }
        #expect(error?.description.hasPrefix("Corefile:3: errors: consolidate: ") == true)
    }
}
