import Addresses
import Corefile
import Plugins
import Testing

@Suite("bind")
struct BindTests {
    private func settings(_ directives: String) throws -> BlockSettings {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        return fixture.context.settings
    }

    @Test(arguments: [
        ("bind 127.0.0.1 ::1", ["127.0.0.1", "::1"]),
        ("bind 127.0.0.1\nbind 127.0.0.2 127.0.0.1", ["127.0.0.1", "127.0.0.2"]),
        ("bind lo {\n except ::1\n}", ["127.0.0.1"]),
        ("bind 10.0.0.1 127.0.0.1 {\n except lo\n}", ["10.0.0.1"]),
        ("", []),
    ])
    func `bind names addresses and interfaces`(
        _ directives: String,
        _ expected: [String]
    ) throws {
        #expect(try settings(directives).addresses.map { "\($0)" } == expected)
    }

    @Test func `mistakes of bind are named`() throws {
        expectMistake(
            "bind",
            "Corefile:2: bind: at least one address or interface name is expected: write one "
                + "after 'bind'"
        )
        expectMistake(
            "bind 127.0.0.1 {\n except 127.0.0.1\n}",
            "Corefile:2: bind: no address is left to listen on: name an address, or leave out "
                + "the directive to listen on all"
        )
        let error = #expect(throws: (any Error).self) { try ChainFixture("bind eth99 lo wlan99") }
        let lines = "\(error.map { "\($0)" } ?? "")".split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines.first?.hasPrefix(
                "Corefile:2: bind: not a valid IP address or interface name: 'eth99': "
                    + "interfaces are "
            ) == true
        )
        #expect(lines.first?.contains("lo") == true)
    }
}
