import DNSWire
import Testing
import Upstreams

@Suite struct `The health of an upstream` {
    private static func isProbe(_ query: [UInt8]) -> Bool {
        query[TestMessage.questionEnd(query) - 3] == 2
    }

    @Test func `is probed after a failure until it answers`() throws {
        var isSilent = true
        let server = ScriptedServer { query, _ in
            isSilent ? [.silence] : [.reply(TestMessage.reply(to: query, answers: []))]
        }
        let stage = try Stage([server, ScriptedServer()]) { $0.breaksCircuits = false }
        let box = stage.ask(TestMessage.query("a.test"))
        stage.pass(.milliseconds(2_050))
        #expect(box.only?.upstream == 1)
        #expect(server.datagrams.count == 2)
        let probe = try #require(server.datagrams.last)
        #expect(Array(probe[2...]) == [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1])
        // Each probe has a second, and half a second passes between two.
        stage.pass(.milliseconds(4_300))
        #expect(stage.counts["probe failed 0"] == 3)
        #expect(stage.group.status[0].isDown)
        #expect(stage.outcome(TestMessage.query("b.test"))?.upstream == 1)
        isSilent = false
        stage.pass(.milliseconds(700))
        #expect(!stage.group.status[0].isDown)
        let count = server.datagrams.count
        stage.pass(.seconds(3))
        #expect(server.datagrams.count == count)
        #expect(stage.outcome(TestMessage.query("c.test"))?.upstream == 0)
    }

    @Test func `is probed as the settings say`() throws {
        let server = ScriptedServer { query, _ in
            Self.isProbe(query) ? [.reply(TestMessage.reply(to: query))] : [.silence]
        }
        let stage = try Stage([server]) { settings in
            settings.healthCheck.recursionDesired = false
            settings.healthCheck.domain = try! .init(labels: [Array("probe".utf8)])
        }
        _ = stage.ask(TestMessage.query("a.test"))
        stage.pass(.milliseconds(2_050))
        let probe = try #require(server.datagrams.first(where: Self.isProbe))
        #expect(probe[2] == 0 && TestMessage.name(probe) == "probe")
        stage.pass(.milliseconds(5_000))
    }

    @Test(arguments: [false, true])
    func `when all are down matters or not`(failsFast: Bool) throws {
        let server = ScriptedServer { _, _ in [.silence] }
        let stage = try Stage([server]) { $0.failsFastWhenAllAreDown = failsFast }
        _ = stage.ask(TestMessage.query("a.test"))
        stage.pass(.seconds(8))
        #expect(stage.group.status[0].isDown)
        let count = server.datagrams.filter { !Self.isProbe($0) }.count
        let box = stage.ask(TestMessage.query("b.test"))
        #expect(stage.counts["all down"] == 1)
        stage.pass(.milliseconds(2_100))
        let asked = server.datagrams.filter { !Self.isProbe($0) }.count - count
        #expect(asked == (failsFast ? 0 : 1))
        let text = box.only?.failure?.description ?? ""
        #expect(failsFast ? text == "no healthy proxies" : text.hasSuffix("i/o timeout"))
    }

    @Test func `is not looked at if fails don't count`() throws {
        let server = ScriptedServer { _, _ in [.silence] }
        let stage = try Stage([server]) { $0.maxFails = 0 }
        _ = stage.ask(TestMessage.query("a.test"))
        stage.pass(.seconds(8))
        #expect(!server.datagrams.contains(where: Self.isProbe))
        #expect(stage.counts["probe failed 0"] == 0)
    }

    @Test func `that fails in spite of its probes is left alone for a while`() throws {
        let server = ScriptedServer { query, _ in
            Self.isProbe(query) ? [.reply(TestMessage.reply(to: query))] : [.silence]
        }
        let stage = try Stage([server, ScriptedServer()])
        let boxes = (0..<12).map { stage.ask(TestMessage.query("n\($0)")) }
        server.script = { _, _ in [.silence] }
        stage.pass(.milliseconds(2_100))
        #expect(boxes.allSatisfy { $0.only?.upstream == 1 })
        let count = server.datagrams.count
        #expect(stage.outcome(TestMessage.query("a"))?.upstream == 1)
        #expect(server.datagrams.filter { !Self.isProbe($0) }.count == 12)
        #expect(count >= 12)
    }
}
