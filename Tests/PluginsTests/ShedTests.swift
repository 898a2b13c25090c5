import Plugins
import Testing

@Suite("shed")
struct ShedTests {
    @Test(arguments: [("shed", true), ("shed\nshed", true), ("", false)])
    func `it is a switch of the block`(_ directives: String, _ isOn: Bool) throws {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        #expect(fixture.context.settings.shedsLoad == isOn)
    }

    @Test func `it takes no arguments`() {
        expectMistake("shed 5", "Corefile:2: unexpected '5' after 'shed': delete it")
        expectMistake(
            "shed {\n 5\n}",
            "Corefile:2: unexpected '{' in 'shed': delete it"
        )
    }
}
