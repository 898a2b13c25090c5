import Plugins
import Testing

@Suite("timeouts")
struct TimeoutsTests {
    private func settings(_ directives: String) throws -> BlockSettings {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        return fixture.context.settings
    }

    @Test func `timeouts bound connections`() throws {
        let found = try settings(
            "timeouts {\n read 10s\n write 5\n idle 1m30s\n maxtcpqueries 8\n}"
        ).timeouts
        #expect(found.read == .seconds(10))
        #expect(found.write == .seconds(5))
        #expect(found.idle == .seconds(90))
        #expect(found.queryCountMax == 8)
        #expect(try settings("timeouts {\n maxtcpqueries -1\n}").timeouts.queryCountMax == nil)
        #expect(try settings("timeouts {\n maxtcpqueries 0\n}").timeouts.queryCountMax == 128)
        #expect(try settings("timeouts {\n idle 24h\n}").timeouts.idle == .seconds(86_400))
    }

    @Test(arguments: [
        (
            "timeouts",
            "Corefile:2: timeouts: timeouts block with no timeouts specified: write one of read, "
                + "write, idle, maxtcpqueries"
        ),
        (
            "timeouts {\n read 999ms\n}",
            "Corefile:3: timeouts: read: '999ms' is out of range: write 1s to 24h0m0s"
        ),
        (
            "timeouts {\n read 25h\n}",
            "Corefile:3: timeouts: read: '25h' is out of range: write 1s to 24h0m0s"
        ),
        (
            "timeouts {\n sleep 1s\n}",
            "Corefile:3: unknown property 'sleep' of 'timeouts': use idle, "
                + "maxtcpqueries, read, write"
        ),
        (
            "timeouts {\n maxtcpqueries -2\n}",
            "Corefile:3: timeouts: maxtcpqueries: '-2' is out of range: write -1 to 2147483647"
        ),
    ])
    func `timeouts out of range are refused`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }
}
