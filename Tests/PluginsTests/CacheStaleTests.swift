import DNSWire
import Plugins
import Testing

@Suite("The plugin cache: replies that have expired, or soon will")
struct CacheStaleTests {
    private let stale = ["www.example.test. 0 IN A 0.0.0.1"]

    @Test func `an expired reply is used at once, and renewed behind`() throws {
        let fixture = try CacheFixture("serve_stale")
        _ = try fixture.ask()
        fixture.upstream.set("www.example.test", [2])
        let reply = try fixture.ask(at: 400)
        #expect(reply.answers == stale && reply.waitCount == 0)
        #expect(fixture.upstream.asked.count == 1)
        // Nobody else renews it meanwhile.
        #expect(try fixture.ask(at: 401).answers == stale)
        #expect(try fixture.runBackground(at: 401) == 1)
        #expect(try fixture.ask(at: 402).answers == ["www.example.test. 299 IN A 0.0.0.2"])
        #expect(fixture.metric("served_stale_total") == "2")
        #expect(fixture.metric("prefetch_total") == "1")
        #expect(fixture.metric("misses_total") == "1")
    }

    @Test func `a renewal that failed is tried again, but not too soon`() throws {
        let fixture = try CacheFixture("serve_stale 1h immediate 7s 10s")
        _ = try fixture.ask()
        fixture.upstream.failure = "it is down"
        for (seconds, renewals) in [(400, 1), (405, 0), (409, 0), (410, 1)] as [(UInt64, Int)] {
            #expect(try fixture.ask(at: seconds).answers == ["www.example.test. 7 IN A 0.0.0.1"])
            #expect(try fixture.runBackground(at: seconds) == renewals)
        }
    }

    @Test func `beyond its time an expired reply is not used`() throws {
        let fixture = try CacheFixture("serve_stale 1m")
        _ = try fixture.ask()
        fixture.upstream.failure = "it is down"
        #expect(try fixture.ask(at: 359).answers == stale)
        let reply = try fixture.ask(at: 360)
        #expect(reply.disposition == .serverFailure && reply.failure == "it is down")
    }

    @Test func `verify asks the upstream first`() throws {
        let fixture = try CacheFixture("serve_stale 1h verify 100ms")
        _ = try fixture.ask()
        fixture.upstream.set("www.example.test", [2])
        let reply = try fixture.ask(at: 400)
        #expect(reply.answers == ["www.example.test. 300 IN A 0.0.0.2"])
        #expect(reply.waitCount == 1)
        #expect(fixture.upstream.deadline == 1_400 * CacheFixture.second + 100_000_000)
        #expect(fixture.metric("served_stale_total") == "0")
    }

    @Test func `verify falls back to the expired reply`() throws {
        let fixture = try CacheFixture("serve_stale 1h verify")
        _ = try fixture.ask()
        fixture.upstream.failure = "it is down"
        #expect(try fixture.ask(at: 400).answers == stale)
        fixture.upstream.failure = nil
        fixture.upstream.answers = [:]
        for code in [ResponseCode.serverFailure, .refused] {
            fixture.upstream.code = code
            let reply = try fixture.ask(at: 410)
            #expect(reply.answers == stale && reply.code == .noError)
        }
        fixture.upstream.code = .nameError
        #expect(try fixture.ask(at: 420).code == .nameError)
        #expect(fixture.metric("served_stale_total") == "3")
        #expect(fixture.upstream.deadline == .max)
    }

    @Test func `after a failure, verify waits before it asks again`() throws {
        let fixture = try CacheFixture("serve_stale 1h verify 0s 3s 30s")
        _ = try fixture.ask()
        fixture.upstream.failure = "it is down"
        for (seconds, waits) in [(400, 1), (429, 0), (430, 1)] as [(UInt64, Int)] {
            let reply = try fixture.ask(at: seconds)
            #expect(reply.answers == ["www.example.test. 3 IN A 0.0.0.1"])
            #expect(reply.waitCount == waits)
        }
    }

    @Test(arguments: [
        ("", ResponseCode.nameError), ("serve_stale_policy prefer_positive", .noError),
    ])
    func `a denial ends a positive reply unless told otherwise`(
        _ policy: String,
        _ expected: ResponseCode
    ) throws {
        let fixture = try CacheFixture("serve_stale\n\(policy)")
        _ = try fixture.ask()
        fixture.upstream.answers = [:]
        fixture.upstream.authorities = [.denial(.root)]
        #expect(try fixture.ask(at: 400).answers == stale)
        try #expect(fixture.runBackground(at: 400) == 1)
        #expect(try fixture.ask(at: 401).code == expected)
    }

    @Test func `what is asked often is renewed before it expires`() throws {
        let fixture = try CacheFixture("prefetch 2 1m 10%")
        _ = try fixture.ask()
        for (seconds, renewals) in [(250, 0), (269, 0), (270, 1), (271, 0)] as [(UInt64, Int)] {
            #expect(try fixture.ask(at: seconds).waitCount == 0)
            #expect(try fixture.runBackground(at: seconds) == renewals, "\(seconds)")
        }
        #expect(fixture.upstream.asked.count == 2)
        #expect(try fixture.ask(at: 500).waitCount == 0)
    }

    @Test func `what is asked seldom is not`() throws {
        let fixture = try CacheFixture("prefetch 3 1m")
        _ = try fixture.ask()
        for seconds in [100, 280, 290] as [UInt64] {
            #expect(try fixture.ask(at: seconds).waitCount == 0)
            #expect(try fixture.runBackground(at: seconds) == 0)
        }
    }
}
