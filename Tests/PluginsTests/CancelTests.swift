import DNSWire
import Plugins
import Testing

@Suite("The plugin cancel")
struct CancelTests {
    private static let second: UInt64 = 1_000_000_000
    private static let slow = "erratic {\n delay 1 1ms\n}"

    @Test(arguments: [
        ("cancel", 5_000_999_999, true), ("cancel", 5_001_000_000, false),
        ("cancel 1s", 999_999_999, true), ("cancel 1s", 1_000_000_000, false),
    ])
    func `a query waits until its time is over`(
        _ line: String,
        _ waited: UInt64,
        _ isAnswered: Bool
    ) throws {
        let fixture = try ChainFixture("\(line)\n\(Self.slow)")
        let start = 7 * Self.second
        let reply = try fixture.ask("www.example.test", time: start, batchTime: start + waited)
        #expect(reply.code == (isAnswered ? .noError : .serverFailure))
        #expect(reply.waitCount == (isAnswered ? 1 : 0))
        #expect((reply.failure == nil) == isAnswered)
    }

    @Test func `a reply that is there already is not withheld`() throws {
        let fixture = try ChainFixture("cancel 1s\nwhoami")
        let reply = try fixture.ask("www.example.test", time: 1, batchTime: 9 * Self.second)
        #expect(reply.code == .noError)
    }

    @Test(arguments: [
        ("cancel 5", "'5' is not a duration"), ("cancel -1s", "'-1s' is out of range"),
        ("cancel 0s", "'0s' is out of range"),
    ])
    func `other timeouts are refused`(_ line: String, _ problem: String) {
        let error = #expect(throws: (any Error).self) { try ChainFixture(line) }
        #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("Corefile:2: cancel: \(problem)"))
    }
}
