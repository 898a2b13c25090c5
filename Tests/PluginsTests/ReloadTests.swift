import Plugins
import Testing

@Suite("reload")
struct ReloadDirectiveTests {
    @Test(arguments: [
        ("reload", Duration.seconds(30), Duration.seconds(15)),
        ("reload 10s", .seconds(10), .seconds(5)), ("reload 2s 0s", .seconds(2), .zero),
        ("reload 2s", .seconds(2), .seconds(1)), ("reload 1m 1s", .seconds(60), .seconds(1)),
        // At most half of the interval counts.
        ("reload 10s 1m", .seconds(10), .seconds(5)), ("reload 1m30s", .seconds(90), .seconds(15)),
    ])
    func `it says how often the Corefile is looked at`(
        _ directive: String,
        _ interval: Duration,
        _ jitter: Duration
    ) throws {
        let fixture = try ChainFixture(directive)
        #expect(fixture.chain.plugins.isEmpty)
        let expected = ReloadSettings(interval: interval, jitter: jitter)
        #expect(fixture.context.settings.reload == expected)
    }

    @Test func `without it nobody looks`() throws {
        #expect(try ChainFixture("").context.settings.reload == nil)
    }

    @Test(arguments: [
        ("reload 1s", "Corefile:2: reload: '1s' is out of range: write at least 2s"),
        ("reload 30", "Corefile:2: reload: '30' is not a duration"),
        ("reload 30s 500ms", "Corefile:2: reload: '500ms' is less than a second: write 0s, or 1s"),
        ("reload 30s 1s 1s", "Corefile:2: unexpected '1s' after '1s': delete it"),
        (
            "reload\nreload",
            "Corefile:3: reload: this plugin can only be used once per Server Block"
        ),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        let error = #expect(throws: (any Error).self) { try ChainFixture(directive) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix(problem), "\(text)")
    }
}
