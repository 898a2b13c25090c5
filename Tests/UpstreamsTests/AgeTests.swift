import Testing
import Upstreams

@Suite struct `The age of what leads to an upstream` {
    @Test func `ends a stream that is in use`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server]) { $0.maxAge = .seconds(3) }
        for (number, streams) in [1, 1, 2, 2].enumerated() {
            let query = TestMessage.query("n\(number).test")
            #expect(stage.outcome(query, over: .tcp)?.octets == TestMessage.reply(to: query))
            #expect(server.streamCount == streams, "question \(number)")
            stage.pass(.seconds(2), step: .milliseconds(500))
        }
    }

    @Test func `ends sockets for datagrams`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server]) { $0.maxAge = .seconds(3) }
        for number in 0..<20 { _ = stage.outcome(TestMessage.query("n\(number).test")) }
        let first = Set(server.sources)
        stage.pass(.seconds(4), step: .milliseconds(500))
        for number in 0..<20 { _ = stage.outcome(TestMessage.query("m\(number).test")) }
        #expect(server.sources.count == 40)
        // The kernel may give a port again.
        #expect(first.intersection(server.sources.dropFirst(20)).count <= 2)
    }

    @Test func `has no end without a bound, as long as it is used`() throws {
        let server = ScriptedServer()
        let stage = try Stage([server])
        for number in 0..<20 {
            _ = stage.outcome(TestMessage.query("n\(number).test"), over: .tcp)
            stage.pass(.seconds(5), step: .milliseconds(500))
        }
        #expect(server.streamCount == 1)
    }
}
