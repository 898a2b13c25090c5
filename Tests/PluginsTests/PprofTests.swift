import Plugins
import Testing

@Suite("pprof")
struct PprofTests {
    @Test(arguments: [
        "pprof", "pprof :6053", "pprof localhost:6053 {\n block\n}", "pprof {\n block 20\n}",
    ])
    func `it is accepted with a warning`(_ directive: String) throws {
        let fixture = try ChainFixture(directive)
        #expect(fixture.chain.plugins.isEmpty)
        #expect(
            fixture.context.warnings
                == ["Corefile:2: pprof: has no effect here; use perf to profile"]
        )
    }

    @Test(arguments: [
        (
            "pprof nowhere",
            "Corefile:2: pprof: 'nowhere' is not HOST:PORT: write one such as :6053"
        ),
        ("pprof :1 :2", "Corefile:2: unexpected ':2' after ':1': delete it"),
        (
            "pprof {\n block -1\n}",
            "Corefile:3: pprof: block: '-1' is out of range: write at least 0"
        ),
        (
            "pprof {\n rate 1\n}",
            "Corefile:3: unknown property 'rate' of 'pprof': use block"
        ),
        (
            "pprof\npprof",
            "Corefile:3: pprof: this plugin can only be used once per Server Block: merge its "
                + "options into the first one"
        ),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }
}
