import Addresses
import DNSWire
import Testing
import Upstreams

@Suite struct `A group of upstreams` {
    private static func silent() -> ScriptedServer { ScriptedServer { _, _ in [.silence] } }

    @Test func `takes turns`() throws {
        let stage = try Stage((0..<3).map { _ in ScriptedServer() }) { $0.policy = .roundRobin }
        let order = (0..<6).map { stage.outcome(TestMessage.query("n\($0).test"))?.upstream }
        #expect(order == [0, 1, 2, 0, 1, 2])
    }

    @Test func `draws one at random`() throws {
        let stage = try Stage((0..<3).map { _ in ScriptedServer() }) { $0.policy = .random }
        var counts = [0, 0, 0]
        for number in 0..<90 {
            counts[try #require(stage.outcome(TestMessage.query("n\(number).test"))?.upstream)] += 1
        }
        #expect(counts.allSatisfy { (15...45).contains($0) }, "\(counts)")
    }

    @Test func `prefers the fastest, and tries the others now and then`() throws {
        let servers = (0..<2).map { _ in ScriptedServer() }
        let stage = try Stage(servers) { $0.policy = .fastest }
        servers[0].script = { query, _ in
            stage.clock.advance(.milliseconds(20))
            return [.reply(TestMessage.reply(to: query))]
        }
        for number in 0..<300 { _ = stage.outcome(TestMessage.query("n\(number).test")) }
        #expect((1...30).contains(servers[0].datagrams.count))
        #expect(stage.group.status[1].usualNanoseconds < 5_000_000)
        servers[0].script = { _, _ in [] }
    }

    @Test func `asks the next one when one is silent`() throws {
        let stage = try Stage([Self.silent(), ScriptedServer()])
        let box = stage.ask(TestMessage.query("a.test"))
        stage.pass(.milliseconds(2_100))
        #expect(box.only?.upstream == 1)
        #expect(stage.counts["failed 0"] == 1)
    }

    @Test func `gives the last answer when all have a code that is not wanted`() throws {
        let servers = (0..<3).map { number in
            ScriptedServer { query, _ in
                [.reply(TestMessage.reply(to: query, flags: number == 1 ? 0x8185 : 0x8182))]
            }
        }
        let stage = try Stage(servers) { $0.failover = [.serverFailure, .refused] }
        let query = TestMessage.query("a.test")
        let outcome = stage.outcome(query)
        #expect(outcome?.upstream == 2)
        #expect(outcome?.octets?[3] == 0x82)
        #expect(servers.allSatisfy { $0.datagrams.count == 1 })
    }

    @Test func `gives an unwanted code when the next one doesn't answer`() throws {
        let failing = ScriptedServer { query, _ in
            [.reply(TestMessage.reply(to: query, flags: 0x8182, answers: []))]
        }
        let stage = try Stage([failing, Self.silent()]) { $0.failover = [.serverFailure] }
        let box = stage.ask(TestMessage.query("a.test"))
        stage.pass(.milliseconds(5_100))
        #expect(box.only?.octets?[3] == 0x82)
        #expect(box.only?.upstream == 0)
    }

    @Test func `passes a storm of SERVFAIL on without asking more than once`() throws {
        let server = ScriptedServer { query, _ in
            [.reply(TestMessage.reply(to: query, flags: 0x8182, answers: []))]
        }
        let stage = try Stage([server, ScriptedServer()])
        for number in 0..<100 {
            #expect(stage.outcome(TestMessage.query("n\(number).test"))?.octets?[3] == 0x82)
        }
        #expect(server.datagrams.count == 100 && !stage.group.status[0].isDown)
    }

    @Test func `asks once for identical questions, and each gets its own identifier`() throws {
        let server = Self.silent()
        let stage = try Stage([server])
        let spellings = ["www.example.org", "WWW.example.ORG", "www.example.org"]
        let queries = spellings.enumerated().map { TestMessage.query($1, id: UInt16($0)) }
        let boxes = queries.map { stage.ask($0) }
        let other = stage.ask(TestMessage.query("www.example.org", type: 28))
        let secure = stage.ask(TestMessage.query("www.example.org", edns: (1_232, 0x8000, [])))
        server.script = { query, _ in [.reply(TestMessage.reply(to: query, withEDNS: true))] }
        stage.run { (boxes + [other, secure]).allSatisfy { !$0.outcomes.isEmpty } }
        #expect(server.datagrams.count == 3)
        for (box, query) in zip(boxes, queries) {
            #expect(box.only?.octets == TestMessage.reply(to: query))
        }
        #expect(stage.counts["joined"] == 2)
        #expect(stage.ask(queries[0]).outcomes.isEmpty)
    }

    @Test func `refuses more questions than it may have`() throws {
        let stage = try Stage([Self.silent()]) { $0.maxConcurrent = 2 }
        let boxes = ["a", "a", "b"].map { stage.ask(TestMessage.query($0)) }
        #expect(boxes[2].only?.failure?.kind == .tooManyConcurrent)
        #expect(boxes[2].only?.failure?.description == "concurrent queries exceeded maximum 2")
        #expect(stage.counts["refused"] == 1)
        stage.pass(.milliseconds(5_100))
        #expect(stage.ask(TestMessage.query("b")).outcomes.isEmpty)
    }

    @Test func `asks the next one when one has its budget under way`() throws {
        let stage = try Stage([Self.silent(), ScriptedServer()]) { $0.inFlightMax = 3 }
        let boxes = (0..<5).map { stage.ask(TestMessage.query("n\($0)")) }
        stage.run { boxes[4].outcomes.count == 1 }
        #expect(stage.group.status.map(\.inFlight) == [3, 0])
        #expect(boxes[3].only?.upstream == 1 && boxes[4].only?.upstream == 1)
        stage.pass(.milliseconds(5_100))
    }

    @Test func `fails questions beyond the bound of all, and serves again afterwards`() throws {
        let stage = try Stage([Self.silent()]) { settings in
            settings.inFlightMax = .max
            settings.maxConnectAttempts = 1
        }
        let boxes = (0...Limits.attemptCountMax).map { stage.ask(TestMessage.query("n\($0)")) }
        #expect(boxes.last?.only?.failure?.kind == .overloaded)
        #expect(stage.loop.attemptCount == Limits.attemptCountMax)
        stage.pass(.milliseconds(6_000), step: .milliseconds(1_000))
        #expect(boxes.allSatisfy { $0.outcomes.count == 1 })
        #expect(stage.loop.attemptCount <= 1)
    }

    @Test func `asks a second one when the first is late`() throws {
        let servers = [ScriptedServer(), ScriptedServer()]
        let stage = try Stage(servers) { $0.hedges = true }
        for number in 0..<20 { _ = stage.outcome(TestMessage.query("n\(number)")) }
        servers[0].script = { _, _ in [.silence] }
        let box = stage.ask(TestMessage.query("late"))
        stage.pass(.milliseconds(4), step: .milliseconds(1))
        #expect(box.outcomes.isEmpty)
        stage.pass(.milliseconds(4), step: .milliseconds(1))
        #expect(box.only?.upstream == 1)
        #expect(stage.counts["hedged 1"] == 1)
        #expect(stage.loop.attemptCount == 0)
        // One second question for ten first ones: then there is none left.
        let later = (0..<5).map { stage.ask(TestMessage.query("late\($0)")) }
        stage.pass(.milliseconds(100), step: .milliseconds(5))
        #expect(later.filter { !$0.outcomes.isEmpty }.count == 1)
        stage.pass(.milliseconds(5_100))
    }

    @Test func `without upstreams, or with too many, is refused`() {
        #expect(throws: UpstreamFailure.self) { try Stage([]) }
        let loopback = UpstreamEndpoint(address: .init(ipv4: 0x7F00_0001))
        #expect(throws: UpstreamFailure.self) {
            try Stage([]) { $0.endpoints = Array(repeating: loopback, count: 16) }
        }
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 0, count: 5_000)] as [[UInt8]])
    func `refuses a malformed question`(octets: [UInt8]) throws {
        let stage = try Stage([ScriptedServer()])
        #expect(stage.ask(octets).only?.failure?.kind == .malformedRequest)
    }

    @Test func `gives outcomes to questions under way when it is given up`() throws {
        let server = ScriptedServer()
        var stage: Stage? = try Stage([server])
        let box = try #require(stage?.ask(TestMessage.query("a.test")))
        let loop = try #require(stage?.loop)
        stage = nil
        for _ in 0..<1_000 where box.outcomes.isEmpty {
            loop.turn(waitingAtMost: .milliseconds(1))
            server.pump()
        }
        #expect(box.only?.octets != nil)
    }
}
