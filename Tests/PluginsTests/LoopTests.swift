import Corefile
import DNSWire
import Plugins
import Testing

@Suite("The plugin loop")
struct LoopTests {
    @Test func `an upstream that leads back is asked no more, and the log says so`() throws {
        let looping = try LoopbackServer { query in
            query.message.questions.first?.type == .hinfo ? nil : query.answer(["192.0.2.1"])
        }
        let good = try LoopbackServer { $0.answer(["192.0.2.2"]) }
        let fixture = try ChainFixture(
            "loop\nforward . \(looping.text) \(good.text) {\n policy sequential\n}",
            zones: "."
        )
        for plugin in fixture.chain.plugins { try plugin.start() }
        let before = try fixture.ask("a.test")
        #expect(before.answers == ["a.test. 60 IN A 192.0.2.1"])
        var probe = try looping.next()
        while probe.message.questions.first?.type != .hinfo { probe = try looping.next() }
        // The upstream sends the question back here.
        #expect(try fixture.ask(probe.name, .hinfo).disposition == .serverFailure)
        #expect(try fixture.ask("b.test").answers == ["b.test. 60 IN A 192.0.2.2"])
        #expect(fixture.metrics.contains("martlet_loop_detected_total 1"))
        for plugin in fixture.chain.plugins { plugin.stop() }
        let lines = try fixture.log().filter { $0.contains("plugin/loop") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("upstream \(looping.text) sends queries back here") == true)
        #expect(lines.first?.contains("Query: \"HINFO \(probe.name)\"") == true)
    }

    @Test func `without any upstream left, queries fail at once and say why`() throws {
        let looping = try LoopbackServer { query in
            query.message.questions.first?.type == .hinfo ? nil : query.answer(["192.0.2.1"])
        }
        let fixture = try ChainFixture("loop\nforward . \(looping.text)", zones: ".")
        for plugin in fixture.chain.plugins { try plugin.start() }
        _ = try fixture.ask("a.test")
        var probe = try looping.next()
        while probe.message.questions.first?.type != .hinfo { probe = try looping.next() }
        _ = try fixture.ask(probe.name, .hinfo)
        let reply = try fixture.ask("b.test")
        #expect(reply.disposition == .serverFailure)
        #expect(reply.failure == "no healthy proxies: all lead back here")
    }

    @Test func `questions for HINFO of others are forwarded`() throws {
        let upstream = try LoopbackServer { $0.code(.nameError) }
        let fixture = try ChainFixture("loop\nforward . \(upstream.text)", zones: ".")
        #expect(try fixture.ask("1.2.", .hinfo).code == .nameError)
        #expect(!fixture.metrics.contains("martlet_loop_detected_total 1"))
    }

    @Test func `names are made up in the zone that is forwarded`() throws {
        let upstream = try LoopbackServer { $0.code(.nameError) }
        let fixture = try ChainFixture("loop\nforward corp.test \(upstream.text)", zones: "test")
        for plugin in fixture.chain.plugins { try plugin.start() }
        _ = try fixture.ask("a.corp.test")
        var probe = try upstream.next()
        while probe.message.questions.first?.type != .hinfo { probe = try upstream.next() }
        #expect(probe.name.hasSuffix(".corp.test."))
        #expect(probe.name.split(separator: ".").count == 4)
    }

    @Test func `it takes no arguments, once in a block`() {
        expectMistake("loop x", "Corefile:2: unexpected 'x' after 'loop': delete it")
        expectMistake(
            "loop\nloop",
            "Corefile:3: loop: this plugin can only be used once per Server Block:"
                + " merge its options into the first one"
        )
    }
}
