import Plugins
import Testing

@Suite("multisocket")
struct MultisocketTests {
    private func settings(_ directives: String) throws -> BlockSettings {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        return fixture.context.settings
    }

    @Test func `multisocket counts sockets`() throws {
        #expect(try settings("multisocket 7").socketCount == 7)
        #expect(try settings("multisocket").socketCount ?? 0 >= 1)
        #expect(try settings("").socketCount == nil)
        for count in ["0", "1025", "-1"] {
            expectMistake(
                "multisocket \(count)",
                "Corefile:2: multisocket: '\(count)' is out of range: write 1 to 1024"
            )
        }
        expectMistake("multisocket 1 2", "Corefile:2: unexpected '2' after '1': delete it")
    }
}
