import Testing

@testable import Upstreams

@Suite struct `The gate in front of upstreams` {
    private static let period = Limits.gatePeriod.nanoseconds

    private static func silent() throws -> ScriptedServer {
        ScriptedServer { _, _ in [.silence] }
    }

    /// What other threads are told now.
    private func refusal(_ stage: Stage) -> UpstreamGate.Refusal? {
        stage.gate.refusal(at: stage.clock.loopClock.now())
    }

    @Test func `lets one question pass in each period while it is closed`() {
        let gate = UpstreamGate()
        #expect(gate.refusal(at: 5) == nil && gate.refusal(at: .max >> 2) == nil)
        gate.close(.tooManyConcurrent, at: 1_000)
        var now: UInt64 = 1_000
        for _ in 0..<3 {
            #expect(gate.refusal(at: now) == .tooManyConcurrent)
            #expect(gate.refusal(at: now + Self.period - 1) == .tooManyConcurrent)
            now += Self.period
            #expect(gate.refusal(at: now) == nil)
        }
        gate.open()
        #expect(gate.refusal(at: now) == nil && gate.refusal(at: now) == nil)
        // Nobody has asked for long: nothing is known.
        gate.close(.allDown, at: now)
        now += Self.period + Limits.gateMemory.nanoseconds
        #expect(gate.refusal(at: now + 1) == nil && gate.refusal(at: now + 1) == nil)
    }

    @Test func `opens with the answer to a probe`() throws {
        let server = try Self.silent()
        let stage = try Stage([server])
        let first = (0..<300).map { stage.ask(TestMessage.query("n\($0)")) }
        stage.pass(.seconds(8))
        #expect(first.allSatisfy { $0.outcomes.count == 1 })
        let more = (0..<300).map { stage.ask(TestMessage.query("m\($0)")) }
        #expect(refusal(stage) == .allDown)
        stage.pass(.milliseconds(2_100))
        #expect(more.allSatisfy { $0.outcomes.count == 1 } && stage.gate.isClosed)
        server.script = { query, _ in [.reply(TestMessage.reply(to: query))] }
        stage.run {
            stage.pass(.milliseconds(50))
            return !stage.group.status[0].isDown
        }
        #expect(!stage.gate.isClosed)
    }

    @Test func `stays closed until an eighth of what closed it is free`() throws {
        let server = try Self.silent()
        let stage = try Stage([server]) { $0.maxConcurrent = 16 }
        server.script = { query, _ in
            // Those that are to be answered say so.
            TestMessage.name(query).hasPrefix("y")
                ? [.reply(TestMessage.reply(to: query))] : [.silence]
        }
        let slow = (0..<13).map { stage.ask(TestMessage.query("n\($0)")) }
        let quick = (0..<3).map { stage.ask(TestMessage.query("y\($0)")) }
        #expect(stage.ask(TestMessage.query("more")).outcomes.count == 1)
        #expect(refusal(stage) == .tooManyConcurrent)
        stage.run {
            let answered = quick.count { !$0.outcomes.isEmpty }
            // 16 less three is less than 14.
            #expect(stage.gate.isClosed == (answered < 3))
            return answered == 3
        }
        #expect(!stage.gate.isClosed)
        #expect(slow.allSatisfy { $0.outcomes.isEmpty })
        stage.pass(.seconds(6))
    }

    @Test func `an upstream that answers questions but no probes keeps its bound`() throws {
        let server = ScriptedServer { query, _ in
            query[TestMessage.questionEnd(query) - 3] == 2
                ? [.silence] : [.reply(TestMessage.reply(to: query))]
        }
        let stage = try Stage([server])
        #expect(stage.outcome(TestMessage.query("a"))?.upstream == 0)
        server.script = { _, _ in [.silence] }
        _ = stage.ask(TestMessage.query("lost"))
        stage.pass(.seconds(8))
        #expect(stage.group.status[0].isDown)
        server.script = { query, _ in
            query[TestMessage.questionEnd(query) - 3] == 2
                ? [.silence] : [.reply(TestMessage.reply(to: query))]
        }
        #expect(stage.outcome(TestMessage.query("b"))?.upstream == 0)
        server.script = { _, _ in [.silence] }
        let many = (0..<1_000).map { stage.ask(TestMessage.query("n\($0)")) }
        #expect(stage.group.status[0].isDown && stage.group.status[0].inFlight >= 1_000)
        stage.pass(.seconds(6))
        #expect(many.allSatisfy { $0.outcomes.count == 1 })
    }

    @Test func `one of many threads passes`() async {
        let gate = UpstreamGate()
        gate.close(.overloaded, at: 0)
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<1_000).count { _ in gate.refusal(at: Self.period) == nil }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(passed == 1)
    }

    @Test(arguments: [
        (2, 0, UpstreamGate.Refusal.tooManyConcurrent), (0, 2, UpstreamGate.Refusal.overloaded),
    ])
    func `closes when questions fail at once, and opens when there are answers and room`(
        concurrent: Int,
        inFlight: Int,
        refusal: UpstreamGate.Refusal
    ) throws {
        let server = try Self.silent()
        let stage = try Stage([server]) { settings in
            settings.maxConcurrent = concurrent
            if inFlight > 0 { settings.inFlightMax = inFlight }
            settings.maxFails = 0
        }
        let boxes = (0..<2).map { stage.ask(TestMessage.query("n\($0)")) }
        #expect(self.refusal(stage) == nil)
        #expect(stage.ask(TestMessage.query("more")).outcomes.count == 1)
        #expect(self.refusal(stage) == refusal)
        // There is room again, but nobody answers.
        stage.pass(.milliseconds(5_100))
        #expect(boxes.allSatisfy { $0.only?.failure != nil })
        #expect(stage.gate.isClosed)
        // As if somebody had asked meanwhile.
        stage.gate.close(refusal, at: stage.clock.loopClock.now())
        #expect(self.refusal(stage) == refusal)
        server.script = { query, _ in [.reply(TestMessage.reply(to: query))] }
        #expect(stage.outcome(TestMessage.query("at last"))?.upstream == 0)
        #expect(!stage.gate.isClosed)
    }

    @Test func `is closed as long as no upstream is well and none may be asked then`() throws {
        let server = try Self.silent()
        let stage = try Stage([server]) { $0.failsFastWhenAllAreDown = true }
        _ = stage.ask(TestMessage.query("a"))
        stage.pass(.seconds(8))
        #expect(stage.group.status[0].isDown && refusal(stage) == nil)
        #expect(stage.ask(TestMessage.query("b")).only?.failure == .noHealthyUpstream)
        #expect(refusal(stage) == .noHealthyUpstream)
        server.script = { query, _ in [.reply(TestMessage.reply(to: query))] }
        stage.run {
            stage.pass(.milliseconds(50))
            return !stage.group.status[0].isDown
        }
        #expect(stage.outcome(TestMessage.query("c"))?.upstream == 0)
        #expect(!stage.gate.isClosed)
    }

    @Test func `an upstream that fails time after time is asked a few questions only`() throws {
        let server = try Self.silent()
        let stage = try Stage([server])
        let first = (0..<1_000).map { stage.ask(TestMessage.query("n\($0)")) }
        #expect(stage.group.status[0].inFlight == 1_000)
        stage.pass(.seconds(8))
        #expect(first.allSatisfy { $0.outcomes.count == 1 })
        let boxes = (0..<1_000).map { stage.ask(TestMessage.query("m\($0)")) }
        let refused = boxes.count { $0.only?.failure?.kind == .overloaded }
        // A probe may be on its way, too.
        #expect((744...745).contains(refused))
        #expect(stage.group.status[0].inFlight == 256)
        server.script = { query, _ in [.reply(TestMessage.reply(to: query))] }
        stage.pass(.seconds(6))
        #expect(boxes.allSatisfy { $0.outcomes.count == 1 })
        #expect(stage.outcome(TestMessage.query("well"))?.upstream == 0)
        let many = (0..<1_000).map { stage.ask(TestMessage.query("o\($0)")) }
        #expect(stage.group.status[0].inFlight == 1_000)
        // More than its socket holds: some are lost, and fail when their time is over.
        stage.pass(.seconds(6))
        #expect(many.allSatisfy { $0.outcomes.count == 1 })
    }
}
