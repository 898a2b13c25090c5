import Testing
import Upstreams

@Suite struct `An upstream over UDP` {
    @Test func `gets the question with EDNS of ours, and its answer is given without`() throws {
        let server = ScriptedServer { query, _ in
            [.reply(TestMessage.reply(to: query, withEDNS: true))]
        }
        let stage = try Stage([server])
        let query = TestMessage.query("www.Example.org", id: 0xBEEF)
        let outcome = stage.outcome(query)
        #expect(outcome?.octets == TestMessage.reply(to: query))
        #expect(outcome?.transport == .udp)
        let sent = try #require(server.datagrams.first)
        #expect(sent.count == query.count + 11)
        #expect(Array(sent.suffix(11)) == [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0])
        #expect(sent[10...11] == [0, 1])
        #expect(Array(sent[12..<query.count]) == Array(query[12...]))
    }

    @Test func `gets the client's EDNS with our payload size and without cookies`() throws {
        let server = ScriptedServer { query, _ in
            [.reply(TestMessage.reply(to: query, withEDNS: true))]
        }
        let stage = try Stage([server])
        let cookie: [UInt8] = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]
        let subnet: [UInt8] = [0, 8, 0, 4, 0, 1, 0, 0]
        let query = TestMessage.query("a.test", edns: (4_096, 0x8000, cookie + subnet))
        let outcome = stage.outcome(query)
        #expect(outcome?.octets == TestMessage.reply(to: query, withEDNS: true))
        let sent = try #require(server.datagrams.first)
        #expect(Array(sent.suffix(19)) == [0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 8] + subnet)
    }

    @Test func `may put records behind its OPT record, which go with it`() throws {
        let record = [0xC0, 12] + TestMessage.words([1, 1, 0, 60, 4]) + [192, 0, 2, 9]
        let server = ScriptedServer { query, _ in
            var reply = TestMessage.reply(to: query, withEDNS: true) + record
            reply[11] = 2
            return [.reply(reply)]
        }
        let stage = try Stage([server])
        let query = TestMessage.query("a.test")
        #expect(stage.outcome(query)?.octets == TestMessage.reply(to: query))
        let knowing = TestMessage.query("b.test", edns: (1_232, 0, []))
        #expect(stage.outcome(knowing)?.octets?.count == TestMessage.reply(to: knowing).count + 27)
    }

    @Test(arguments: [7, 9, 11])
    func `must not send a second OPT record, or one in another section`(count: Int) throws {
        let server = ScriptedServer { query, _ in
            var reply = TestMessage.reply(to: query, withEDNS: true)
            reply += [0] + TestMessage.words([41, 1_232, 0, 0, 0])
            // Of the three records at the end the last two are OPT records.
            reply[7] = 1
            reply[11] = 1
            reply[count] += 1
            return [.reply(reply)]
        }
        let stage = try Stage([server]) { $0.maxConnectAttempts = 1 }
        let box = stage.ask(TestMessage.query("a.test"))
        stage.run { !box.outcomes.isEmpty }
        #expect(box.only?.failure?.kind == .badReply)
    }

    @Test func `is asked from several ports with identifiers of all sizes`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server])
        for number in 0..<100 {
            _ = stage.outcome(TestMessage.query("n\(number).test", id: 7))
        }
        let ids = Set(server.datagrams.map { UInt16($0[0]) << 8 | UInt16($0[1]) })
        #expect(ids.count > 95)
        #expect((ids.max() ?? 0) > 50_000 && (ids.min() ?? 0) < 15_000)
        #expect(Set(server.sources).count == 8)
        #expect(stage.counts["opened udp"] == 8 && stage.counts["reused udp"] == 92)
    }

    @Test func `is asked many questions of one turn with the answers in any order`() throws {
        var held: [[UInt8]] = []
        let server = ScriptedServer { query, _ in
            held.append(query)
            guard held.count == 200 else { return [.silence] }
            return held.reversed().map { .reply(TestMessage.reply(to: $0)) }
        }
        let stage = try Stage([server])
        let boxes = (0..<200).map { stage.ask(TestMessage.query("n\($0).test", id: UInt16($0))) }
        stage.run { boxes.allSatisfy { !$0.outcomes.isEmpty } }
        for (number, box) in boxes.enumerated() {
            let query = TestMessage.query("n\(number).test", id: UInt16(number))
            #expect(box.only?.octets == TestMessage.reply(to: query))
        }
        #expect(stage.loop.attemptCount == 0)
    }

    @Test func `that is silent fails with the addresses in the error`() throws {
        let server = ScriptedServer { _, _ in [.silence] }
        let stage = try Stage([server])
        let box = stage.ask(TestMessage.query("a.test"))
        stage.pass(.milliseconds(1_900))
        #expect(box.outcomes.isEmpty && server.datagrams.count == 1)
        stage.pass(.milliseconds(2_300))
        let text = box.only?.failure?.description ?? ""
        #expect(text.hasPrefix("read udp 127.0.0.1:"))
        #expect(text.hasSuffix("->127.0.0.1:\(server.port): i/o timeout"))
        #expect(box.only?.failure?.kind == .timeout)
    }

    @Test func `that is silent is given up after five seconds whatever the attempts`() throws {
        let server = ScriptedServer { _, _ in [.silence] }
        let stage = try Stage([server]) { settings in
            settings.maxConnectAttempts = 0
            settings.maxFails = 0
        }
        let box = stage.ask(TestMessage.query("a.test"))
        stage.pass(.milliseconds(4_900))
        #expect(box.outcomes.isEmpty)
        stage.pass(.milliseconds(200))
        #expect(box.only?.failure?.kind == .timeout)
        #expect(server.datagrams.count == 3)
    }

    @Test func `that refuses fails at once`() throws {
        let server = ScriptedServer()
        server.stop()
        let stage = try Stage([server])
        let failure = stage.outcome(TestMessage.query("a.test"))?.failure
        #expect(failure?.description.hasSuffix(": connection refused") == true)
        #expect(failure?.kind == .unreachable)
        #expect(stage.counts["failed 0"] == 2)
    }

    /// A message that is no answer.
    enum Forgery: CaseIterable {
        case anotherIdentifier, anotherName, anotherType, aQuery, elevenOctets, nothing

        func octets(_ query: [UInt8]) -> [UInt8] {
            var reply = TestMessage.reply(to: query)
            switch self {
            case .anotherIdentifier: reply[0] ^= 1
            case .anotherName: reply[13] ^= 1
            case .anotherType: reply[TestMessage.questionEnd(query) - 3] = 28
            case .aQuery: return query
            case .elevenOctets: return Array(query[..<11])
            case .nothing: return []
            }
            return reply
        }
    }

    @Test(arguments: Forgery.allCases)
    func `is not believed what is forged`(forgery: Forgery) throws {
        let server = ScriptedServer { query, _ in
            [.raw(forgery.octets(query)), .reply(TestMessage.reply(to: query))]
        }
        let stage = try Stage([server])
        let query = TestMessage.query("a.test")
        #expect(stage.outcome(query)?.octets == TestMessage.reply(to: query))
        #expect(stage.counts["stray"] == 1)
    }

    @Test func `with records that are cut fails`() throws {
        let server = ScriptedServer { query, _ in
            [.reply(TestMessage.reply(to: query).dropLast())]
        }
        let stage = try Stage([server])
        let failure = stage.outcome(TestMessage.query("a.test"))?.failure
        #expect(failure?.description == "udp 127.0.0.1:\(server.port): malformed reply")
        #expect(failure?.kind == .badReply)
    }

    @Test func `with a truncated answer is asked over TCP`() throws {
        let server = ScriptedServer { query, isStream in
            [.reply(TestMessage.reply(to: query, flags: isStream ? 0x8180 : 0x8380))]
        }
        let stage = try Stage([server])
        let query = TestMessage.query("a.test")
        let outcome = stage.outcome(query)
        #expect(outcome?.octets == TestMessage.reply(to: query))
        #expect(outcome?.transport == .tcp)
        #expect(server.messages.count == 1)
    }

    @Test func `with a truncated answer and no TCP has its truncated answer given`() throws {
        let server = ScriptedServer { query, isStream in
            isStream ? [.reset] : [.reply(TestMessage.reply(to: query, flags: 0x8380, answers: []))]
        }
        let stage = try Stage([server])
        let query = TestMessage.query("a.test")
        let outcome = stage.outcome(query)
        #expect(outcome?.octets == TestMessage.reply(to: query, flags: 0x8380, answers: []))
    }

    @Test func `with a datagram beyond the buffer is asked over TCP`() throws {
        let server = ScriptedServer { query, _ in
            [.reply(TestMessage.reply(to: query, answers: [[UInt8](repeating: 1, count: 9_000)]))]
        }
        let stage = try Stage([server])
        let outcome = stage.outcome(TestMessage.query("a.test"))
        #expect(outcome?.transport == .tcp)
        #expect((outcome?.octets?.count ?? 0) > 9_000)
    }

    @Test(arguments: [false, true])
    func `that doesn't know EDNS is asked without`(isBare: Bool) throws {
        let server = ScriptedServer { query, _ in
            guard query[11] == 1 else { return [.reply(TestMessage.reply(to: query))] }
            let bare = Array(query[..<2]) + [0x81, 0x81] + [UInt8](repeating: 0, count: 8)
            let whole = TestMessage.reply(to: query, flags: 0x8181, answers: [])
            return [.reply(isBare ? bare : whole)]
        }
        let stage = try Stage([server])
        let query = TestMessage.query("a.test")
        #expect(stage.outcome(query)?.octets == TestMessage.reply(to: query))
        #expect(stage.outcome(TestMessage.query("b.test")) != nil)
        // The second question is asked without EDNS at once.
        #expect(server.datagrams.count == 3)
    }

    @Test func `must repeat the case of letters, or is asked over TCP`() throws {
        let server = ScriptedServer { query, _ in
            var reply = TestMessage.reply(to: query)
            for offset in 12..<(TestMessage.questionEnd(query) - 4) { reply[offset] |= 0x20 }
            reply[12] = query[12]
            reply[12 + 1 + Int(query[12])] = query[12 + 1 + Int(query[12])]
            reply[TestMessage.questionEnd(query) - 5] = 0
            return [.reply(reply)]
        }
        let stage = try Stage([server]) { $0.randomizesCase = true }
        let query = TestMessage.query("abcdefghijklmnop.qrstuvwxyz")
        let outcome = stage.outcome(query)
        #expect(outcome?.transport == .tcp)
        #expect(outcome?.octets == TestMessage.reply(to: query))
        let sent = TestMessage.name(try #require(server.datagrams.first))
        #expect(sent != "abcdefghijklmnop.qrstuvwxyz")
        #expect(sent.lowercased() == "abcdefghijklmnop.qrstuvwxyz")
    }

    @Test func `closes its sockets when they are idle`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server])
        _ = stage.outcome(TestMessage.query("a.test"))
        let first = server.sources[0]
        stage.pass(.seconds(21), step: .milliseconds(500))
        for number in 0..<20 { _ = stage.outcome(TestMessage.query("n\(number).test")) }
        #expect(!server.sources.dropFirst().contains(first))
    }
}
