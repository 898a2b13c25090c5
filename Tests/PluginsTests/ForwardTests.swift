import DNSWire
import Plugins
import Testing

@Suite("The plugin forward: what it does with queries", .serialized)
struct ForwardTests {
    private func counted(_ fixture: ChainFixture, _ metric: String) -> String? {
        fixture.metrics.first { $0.hasPrefix(metric) }
            .flatMap { $0.split(separator: " ").last.map(String.init) }
    }

    @Test func `a query is answered with what the upstream replies`() throws {
        let upstream = try LoopbackServer { $0.answer(["192.0.2.80"]) }
        let fixture = try ChainFixture("forward . \(upstream.text)", zones: ".")
        let reply = try fixture.ask("WWW.example.test", flags: 0x0100)
        #expect(reply.disposition == .written && reply.waitCount == 1)
        #expect(reply.answers == ["WWW.example.test. 60 IN A 192.0.2.80"])
        #expect(reply.message.header.id == 4_711)
        #expect(reply.message.header.isRecursionAvailable)
        #expect(reply.message.edns == nil)
        let query = try upstream.next()
        #expect(!query.isTCP && query.message.header.isRecursionDesired)
        // Its own EDNS keeps most answers from being truncated.
        #expect(query.message.edns?.udpPayloadSize == 1_232)
        let labels = "{proxy_name=\"forward\",rcode=\"NOERROR\",to=\"\(upstream.text)\"}"
        #expect(counted(fixture, "coredns_proxy_request_duration_seconds_count\(labels)") == "1")
        let opened = "{proto=\"udp\",proxy_name=\"forward\",to=\"\(upstream.text)\"}"
        #expect(counted(fixture, "coredns_proxy_conn_cache_misses_total\(opened)") == "1")
    }

    @Test(arguments: [
        ("www.example.test", 1), ("example.test", 1), ("a.in.example.test", 0),
        ("in.example.test", 0), ("within.example.test", 1), ("example.org", 0),
    ])
    func `names outside of FROM, or in an exception, are not asked for`(
        name: String,
        count: Int
    ) throws {
        let upstream = try LoopbackServer { $0.answer(["192.0.2.80"]) }
        let fixture = try ChainFixture(
            "forward Example.test \(upstream.text) {\n except in.example.test example.test\n}",
            zones: "."
        )
        // FROM itself is never an exception; but what it excepts is all that lies under it.
        let narrow = try ChainFixture(
            "forward Example.test \(upstream.text) {\n except in.example.test\n}",
            zones: "."
        )
        let reply = try narrow.ask(name)
        #expect(reply.disposition == (count == 1 ? .written : .refused))
        #expect(upstream.asked.count == count)
        _ = try fixture.ask("example.test")
        #expect(upstream.asked.count == count + 1)
    }

    @Test func `stanzas are tried in their order`() throws {
        let first = try LoopbackServer { $0.answer(["192.0.2.1"]) }
        let second = try LoopbackServer { $0.answer(["192.0.2.2"]) }
        let fixture = try ChainFixture(
            "forward example.test \(first.text)\nforward . \(second.text)",
            zones: "."
        )
        #expect(try fixture.ask("a.example.test").answers == ["a.example.test. 60 IN A 192.0.2.1"])
        #expect(try fixture.ask("a.example.org").answers == ["a.example.org. 60 IN A 192.0.2.2"])
    }

    @Test(arguments: [
        ("next NXDOMAIN", ResponseCode.nameError, true), ("next NXDOMAIN", .refused, false),
        ("next REFUSED SERVFAIL", .serverFailure, true), ("next_on_nodata", .noError, true),
        ("next_on_nodata", .nameError, false), ("", .nameError, false),
    ])
    func `some replies make the next stanza be asked`(
        option: String,
        code: ResponseCode,
        isPassedOn: Bool
    ) throws {
        let first = try LoopbackServer { $0.code(code) }
        let second = try LoopbackServer { $0.answer(["192.0.2.2"]) }
        let fixture = try ChainFixture(
            "forward . \(first.text) {\n \(option)\n}\nforward . \(second.text)",
            zones: "."
        )
        let reply = try fixture.ask("a.test")
        #expect(first.asked.count == 1)
        #expect(second.asked.count == (isPassedOn ? 1 : 0))
        #expect(reply.code == (isPassedOn ? .noError : code))
    }

    @Test func `the last stanza's reply is used whatever it is`() throws {
        let upstream = try LoopbackServer { $0.code(.nameError) }
        let fixture = try ChainFixture(
            "forward . \(upstream.text) {\n next NXDOMAIN\n}",
            zones: "."
        )
        #expect(try fixture.ask("a.test").code == .nameError)
    }

    @Test func `failover asks the next upstream`() throws {
        let first = try LoopbackServer { $0.code(.serverFailure) }
        let second = try LoopbackServer { $0.answer(["192.0.2.2"]) }
        let options = "{\n policy sequential\n failover SERVFAIL\n}"
        let fixture = try ChainFixture(
            "forward . \(first.text) \(second.text) \(options)",
            zones: "."
        )
        #expect(try fixture.ask("a.test").answers == ["a.test. 60 IN A 192.0.2.2"])
        let alone = try ChainFixture("forward . \(first.text) \(options)", zones: ".")
        #expect(try alone.ask("a.test").code == .serverFailure)
    }

    @Test func `a failure is told to errors`() throws {
        let upstream = try LoopbackServer { _ in nil }
        let forward =
            "forward . \(upstream.text) {\n read_timeout 50ms\n max_connect_attempts 1\n}"
        let bare = try ChainFixture(forward, zones: ".").ask("a.test")
        #expect(bare.disposition == .serverFailure)
        #expect(bare.failure?.hasSuffix("i/o timeout") == true, "\(bare.failure ?? "")")
        let fixture = try ChainFixture("errors\n\(forward)", zones: ".")
        #expect(try fixture.ask("a.test").disposition == .serverFailure)
        let log = try fixture.log()
        #expect(log.contains { $0.hasPrefix("[ERROR] plugin/errors: 2 a.test. A: ") }, "\(log)")
    }

    @Test(arguments: [Transport.udp, .tcp])
    func `the upstream is asked over what the client used`(transport: Transport) throws {
        let upstream = try LoopbackServer { $0.answer(["192.0.2.80"]) }
        let fixture = try ChainFixture("forward . \(upstream.text)", zones: ".")
        _ = try fixture.ask("a.test", transport: transport)
        #expect(upstream.asked.map(\.isTCP) == [transport == .tcp])
        let tcp = try ChainFixture("forward . \(upstream.text) {\n force_tcp\n}", zones: ".")
        _ = try tcp.ask("b.test", transport: transport)
        #expect(upstream.asked.last?.isTCP == true)
        let udp = try ChainFixture("forward . \(upstream.text) {\n prefer_udp\n}", zones: ".")
        _ = try udp.ask("c.test", transport: transport)
        #expect(upstream.asked.last?.isTCP == false)
    }

    @Test func `a truncated reply is asked for again over TCP`() throws {
        let upstream = try LoopbackServer { query in
            guard !query.isTCP else { return query.answer(["192.0.2.80"]) }
            var reply = query.answer([])
            reply.header.isTruncated = true
            return reply
        }
        let fixture = try ChainFixture("forward . \(upstream.text)", zones: ".")
        let reply = try fixture.ask("a.test")
        #expect(reply.answers.count == 1 && !reply.message.header.isTruncated)
        #expect(upstream.asked.map(\.isTCP) == [false, true])
    }

    @Test func `a reply that is too long for the client is cut, with TC`() throws {
        let addresses = (1...60).map { "192.0.2.\($0)" }
        let upstream = try LoopbackServer { $0.answer(addresses) }
        let fixture = try ChainFixture("forward . \(upstream.text)", zones: ".")
        let reply = try fixture.ask("a.test", limit: 512)
        #expect(reply.message.header.isTruncated)
        #expect(!reply.answers.isEmpty && reply.answers.count < 60)
        let whole = try fixture.ask("b.test", transport: .tcp, limit: 65_535)
        #expect(whole.answers.count == 60 && !whole.message.header.isTruncated)
    }

    @Test func `DO, AD and CD go through`() throws {
        let upstream = try LoopbackServer { query in
            var reply = query.answer(["192.0.2.80"])
            reply.header.isAuthenticData = true
            return reply
        }
        let fixture = try ChainFixture("forward . \(upstream.text)", zones: ".")
        let edns = EDNS(udpPayloadSize: 1_400, isDNSSECOK: true)
        let reply = try fixture.ask("a.test", flags: 0x0130, edns: edns)
        let query = try upstream.next().message
        #expect(query.edns?.isDNSSECOK == true)
        #expect(query.header.flags & 0x0030 == 0x0030)
        #expect(reply.message.header.isAuthenticData)
        #expect(reply.message.edns?.isDNSSECOK == true)
    }

    @Test func `other questions than the one asked are refused`() throws {
        let upstream = try LoopbackServer { query in
            var reply = query.answer(["192.0.2.80"])
            reply.questions = [Question(name: .root, type: .a)]
            return reply
        }
        let fixture = try ChainFixture(
            "forward . \(upstream.text) {\n read_timeout 100ms\n max_connect_attempts 1\n}",
            zones: "."
        )
        let reply = try fixture.ask("a.test")
        #expect(reply.answers.isEmpty)
        #expect(reply.disposition == .serverFailure || reply.disposition == .formatError)
    }

    @Test func `replies are kept and used by cache`() throws {
        let upstream = try LoopbackServer { $0.answer(["192.0.2.80"]) }
        let fixture = try ChainFixture("cache\nforward . \(upstream.text)", zones: ".")
        #expect(try fixture.ask("a.test").waitCount == 1)
        let hit = try fixture.ask("A.test", time: 10_000_000_000)
        #expect(hit.waitCount == 0 && hit.answers.count == 1)
        #expect(upstream.asked.count == 1)
    }

    @Test func `an expired reply is used when the upstream is gone`() throws {
        let upstream = try LoopbackServer { $0.answer(["192.0.2.80"]) }
        let fixture = try ChainFixture(
            """
            cache {
                serve_stale 1h verify
            }
            forward . \(upstream.text)
            """,
            zones: "."
        )
        _ = try fixture.ask("a.test")
        upstream.stop()
        let reply = try fixture.ask("a.test", time: 100_000_000_000)
        #expect(reply.disposition == .written)
        #expect(reply.answers == ["a.test. 0 IN A 192.0.2.80"])
    }
}
