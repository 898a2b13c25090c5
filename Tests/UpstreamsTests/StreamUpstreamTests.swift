import Testing
import Upstreams

@Suite struct `An upstream over TCP` {
    @Test func `is asked many questions on few streams with the answers in any order`() throws {
        var held: [[UInt8]] = []
        let server = ScriptedServer { query, _ in
            held.append(query)
            guard held.count % 50 == 0 else { return [.silence] }
            let batch = held.suffix(50)
            return batch.reversed().map { .reply(TestMessage.reply(to: $0)) }
        }
        let stage = try Stage([server])
        let boxes = (0..<50).map {
            stage.ask(TestMessage.query("n\($0).test", id: UInt16($0)), over: .tcp)
        }
        stage.run { boxes.allSatisfy { !$0.outcomes.isEmpty } }
        for (number, box) in boxes.enumerated() {
            let query = TestMessage.query("n\(number).test", id: UInt16(number))
            #expect(box.only?.octets == TestMessage.reply(to: query))
            #expect(box.only?.transport == .tcp)
        }
        #expect(server.streamCount == 1 && server.datagrams.isEmpty)
        #expect(stage.counts["reused tcp"] == 49)
    }

    @Test func `has another stream opened when one is full`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server])
        let boxes = (0..<200).map { stage.ask(TestMessage.query("n\($0).test"), over: .tcp) }
        stage.run { boxes.allSatisfy { !$0.outcomes.isEmpty } }
        #expect(server.streamCount == 4)
        #expect(boxes.allSatisfy { $0.only?.octets != nil })
    }

    @Test func `may answer with 65535 octets`() throws {
        let server = ScriptedServer { query, _ in
            let room = 65_535 - TestMessage.reply(to: query, answers: [[]]).count
            return [
                .reply(TestMessage.reply(to: query, answers: [.init(repeating: 7, count: room)]))
            ]
        }
        let stage = try Stage([server])
        #expect(stage.outcome(TestMessage.query("a.test"), over: .tcp)?.octets?.count == 65_535)
    }

    @Test func `that closes an idle stream is asked on another`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server])
        #expect(stage.outcome(TestMessage.query("a.test"), over: .tcp)?.octets != nil)
        server.closeStreams()
        let query = TestMessage.query("b.test")
        #expect(stage.outcome(query, over: .tcp)?.octets == TestMessage.reply(to: query))
        #expect(stage.counts["failed 0"] == 0 && server.streamCount == 2)
    }

    /// What a stream does instead of answering, and what is said about it.
    enum Trouble: CaseIterable {
        case cutFrame, reset, close, anotherQuestion, bareError, cutRecord

        func moves(_ query: [UInt8]) -> [Move] {
            var reply = TestMessage.reply(to: query)
            switch self {
            case .cutFrame: return [.raw([0, 200] + reply), .close]
            case .reset: return [.reset]
            case .close: return [.close]
            case .anotherQuestion:
                reply[13] ^= 1
                return [.reply(reply)]
            case .bareError:
                let flags: [UInt8] = [0x81, 0x81]
                return [.reply(query[..<2] + flags + [UInt8](repeating: 0, count: 8))]
            case .cutRecord: return [.reply(reply.dropLast())]
            }
        }

        var text: String {
            switch self {
            case .cutFrame, .close: "EOF"
            case .reset: "connection reset by peer"
            case .anotherQuestion: "reply to another question"
            case .bareError: "reply without a question"
            case .cutRecord: "malformed reply"
            }
        }
    }

    @Test(arguments: Trouble.allCases)
    func `in trouble fails in so many words`(trouble: Trouble) throws {
        let server = ScriptedServer { query, _ in trouble.moves(query) }
        let stage = try Stage([server]) { $0.addsEDNS = false }
        let failure = stage.outcome(TestMessage.query("a.test"), over: .tcp)?.failure
        let text = failure?.description ?? "no failure"
        #expect(text.hasSuffix("127.0.0.1:\(server.port): \(trouble.text)"), "\(text)")
        #expect(stage.counts["failed 0"] == 2)
        #expect(stage.loop.attemptCount <= 1)
    }

    @Test func `that refuses fails at once`() throws {
        let server = ScriptedServer()
        server.stop()
        let stage = try Stage([server])
        let failure = stage.outcome(TestMessage.query("a.test"), over: .tcp)?.failure
        let text = "dial tcp 127.0.0.1:\(server.port): connect: connection refused"
        #expect(failure?.description == text)
    }

    @Test func `that is silent loses its stream`() throws {
        var isSilent = true
        let server = ScriptedServer { query, _ in
            isSilent ? [.silence] : [.reply(TestMessage.reply(to: query))]
        }
        let stage = try Stage([server]) { $0.maxConnectAttempts = 1 }
        let box = stage.ask(TestMessage.query("a.test"), over: .tcp)
        stage.run { !server.messages.isEmpty }
        stage.pass(.milliseconds(2_100))
        #expect(box.only?.failure?.description.hasSuffix(": i/o timeout") == true)
        #expect(box.only?.failure?.description.hasPrefix("read tcp 127.0.0.1:") == true)
        isSilent = false
        let streams = server.streamCount
        #expect(stage.outcome(TestMessage.query("b.test"), over: .tcp)?.octets != nil)
        #expect(server.streamCount > streams)
    }

    @Test func `that floods us with strays is cut off`() throws {
        let stray = TestMessage.reply(to: TestMessage.query("other.test"))
        let server = ScriptedServer { _, _ in
            Array(repeating: .reply(stray), count: 100)
        }
        let stage = try Stage([server]) { $0.maxConnectAttempts = 1 }
        let failure = stage.outcome(TestMessage.query("a.test"), over: .tcp)?.failure
        #expect(failure?.description.hasSuffix("replies to nothing that was asked") == true)
    }

    @Test func `is used for clients over UDP if it must`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server]) { $0.forcesTCP = true }
        #expect(stage.outcome(TestMessage.query("a.test"))?.transport == .tcp)
    }

    @Test func `is not used for clients over TCP if UDP is preferred`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server]) { $0.prefersUDP = true }
        #expect(stage.outcome(TestMessage.query("a.test"), over: .tcp)?.transport == .udp)
    }

    @Test func `has its streams closed when they are idle`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server])
        #expect(stage.outcome(TestMessage.query("a.test"), over: .tcp)?.octets != nil)
        stage.pass(.seconds(16), step: .milliseconds(500))
        #expect(stage.outcome(TestMessage.query("b.test"), over: .tcp)?.octets != nil)
        #expect(server.streamCount == 2)
    }
}
