import Addresses
import Synchronization
import Testing
import Upstreams

/// A clock that a test moves.
final class TestClock: Sendable {
    private let nanoseconds = Atomic<UInt64>(1_000_000_000_000)

    var loopClock: LoopClock {
        LoopClock { self.nanoseconds.load(ordering: .relaxed) }
    }

    func advance(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        let count = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        nanoseconds.add(count, ordering: .relaxed)
    }
}

/// What came of a question, kept.
enum Kept: Equatable {
    case reply([UInt8], upstream: Int, transport: UpstreamTransport, isShared: Bool)
    case failure(UpstreamFailure)

    var octets: [UInt8]? {
        if case .reply(let octets, _, _, _) = self { octets } else { nil }
    }

    var upstream: Int? {
        if case .reply(_, let upstream, _, _) = self { upstream } else { nil }
    }

    var transport: UpstreamTransport? {
        if case .reply(_, _, let transport, _) = self { transport } else { nil }
    }

    var failure: UpstreamFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

/// A loop, its clock and scripted servers, all moved by the test's own thread.
final class Stage {
    let clock = TestClock()
    let loop: UpstreamLoop
    let servers: [ScriptedServer]
    let counts = Counts()
    let gate = UpstreamGate()
    private(set) var group: UpstreamGroup

    init(
        _ servers: [ScriptedServer],
        seed: UInt64 = 1,
        _ change: (inout UpstreamSettings) -> Void = { _ in }
    ) throws {
        self.servers = servers
        loop = try UpstreamLoop(clock: clock.loopClock, random: .seeded(seed))
        let loopback = IPAddress(ipv4: 0x7F00_0001)
        var settings = UpstreamSettings(
            servers.map { UpstreamEndpoint(address: loopback, port: $0.port) }
        )
        settings.policy = .sequential
        change(&settings)
        group = try UpstreamGroup(settings, loop: loop, observer: counts, gate: gate)
    }

    /// Asks; the outcome appears in the box.
    func ask(_ query: [UInt8], over transport: UpstreamTransport = .udp) -> Box {
        let box = Box()
        unsafe query.withUnsafeBytes { octets in
            unsafe group.exchange(octets, over: transport) { outcome in
                switch outcome {
                case .reply(let reply):
                    box.outcomes.append(
                        .reply(
                            unsafe Array(reply.octets),
                            upstream: reply.upstream,
                            transport: reply.transport,
                            isShared: reply.isShared
                        )
                    )
                case .failure(let failure): box.outcomes.append(.failure(failure))
                }
            }
        }
        return box
    }

    /// Where outcomes go.
    final class Box {
        var outcomes: [Kept] = []
        var only: Kept? { outcomes.count == 1 ? outcomes[0] : nil }
    }

    /// Moves everything on until the condition holds; fails the test after some seconds.
    func run(
        until isDone: () -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let start = ContinuousClock.now
        while !isDone() {
            loop.turn(waitingAtMost: .milliseconds(2))
            for server in servers { server.pump() }
            guard ContinuousClock.now - start < .seconds(120) else {
                Issue.record("nothing came of it in two minutes", sourceLocation: sourceLocation)
                return
            }
        }
    }

    /// Moves everything on a few times.
    func settle() {
        for _ in 0..<4 {
            loop.turn(waitingAtMost: .zero)
            for server in servers { server.pump() }
        }
    }

    /// Lets time pass in steps, and everything move on in between.
    func pass(_ time: Duration, step: Duration = .milliseconds(50)) {
        var left = time
        while left > .zero {
            clock.advance(min(step, left))
            left -= step
            settle()
        }
    }

    /// Asks and waits for the outcome.
    func outcome(_ query: [UInt8], over transport: UpstreamTransport = .udp) -> Kept? {
        let box = ask(query, over: transport)
        run { !box.outcomes.isEmpty }
        return box.only
    }
}

/// Counts what happened.
final class Counts: UpstreamObserver, Sendable {
    private let table = Mutex<[String: Int]>([:])

    private func count(_ key: String) {
        table.withLock { $0[key, default: 0] += 1 }
    }

    subscript(key: String) -> Int { table.withLock { $0[key, default: 0] } }

    func answered(_ upstream: Int, code: UInt16, nanoseconds: UInt64) {
        count("answered \(upstream)")
    }
    func failed(_ upstream: Int, _ failure: UpstreamFailure) { count("failed \(upstream)") }
    func probeFailed(_ upstream: Int) { count("probe failed \(upstream)") }
    func foundAllDown() { count("all down") }
    func refusedConcurrent() { count("refused") }
    func connected(_ upstream: Int, _ transport: UpstreamTransport, isReused: Bool) {
        count("\(isReused ? "reused" : "opened") \(transport)")
    }
    func droppedStray(_ upstream: Int) { count("stray") }
    func hedged(_ upstream: Int) { count("hedged \(upstream)") }
    func joined() { count("joined") }
}
