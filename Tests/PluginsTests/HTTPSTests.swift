import Plugins
import Testing

@Suite("https")
struct HTTPSTests {
    @Test(arguments: [
        ("", nil), ("https", nil), ("https {\n max_connections 1000\n}", 1_000),
        ("https {\n max_connections 0\n}", 0),
    ])
    func `it bounds connections`(_ directive: String, _ count: Int?) throws {
        let fixture = try ChainFixture(directive)
        #expect(fixture.chain.plugins.isEmpty)
        #expect(fixture.context.settings.httpsConnectionCountMax == count)
    }

    @Test(arguments: [
        ("https 5", "Corefile:2: unexpected '5' after 'https': delete it"),
        (
            "https {\n max_connections -1\n}",
            "Corefile:3: https: max_connections: '-1' is out of range: write 0 to 1000000"
        ),
        (
            "https {\n max_connections\n}",
            "Corefile:3: 'max_connections' needs an argument: write an integer of 0 to "
                + "1000000 after it"
        ),
        (
            "https {\n max_streams 1\n}",
            "Corefile:3: unknown property 'max_streams' of 'https': "
                + "use max_connections"
        ),
        (
            "https\nhttps",
            "Corefile:3: https: this plugin can only be used once per Server Block: merge its "
                + "options into the first one"
        ),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }
}
