import AnswerCache
import DNSWire
import Metrics
import Plugins
import Testing

/// A cache in front of an upstream made up by the test.
struct CacheFixture {
    /// The nanoseconds of a second.
    static let second: UInt64 = 1_000_000_000

    let upstream = ScriptedUpstream()
    let chain: ChainFixture

    init(_ options: String = "", behind: String = "", zones: String = ".") throws {
        let block = options.isEmpty ? "cache" : "cache {\n\(options)\n}"
        try self.init(directives: "\(block)\n\(behind)", zones: zones)
    }

    init(directives: String, zones: String = ".", services: ServerServices? = nil) throws {
        chain = try ChainFixture(directives, zones: zones, behind: [upstream], services: services)
        upstream.set("www.example.test", [1])
    }

    func ask(
        _ name: String = "www.example.test",
        _ type: RecordType = .a,
        at seconds: UInt64 = 0,
        flags: UInt16 = 0x0100,
        edns: EDNS? = nil
    ) throws -> ChainFixture.Reply {
        try chain.ask(
            name,
            type,
            flags: flags,
            edns: edns,
            time: (1_000 + seconds) * CacheFixture.second
        )
    }

    func runBackground(at seconds: UInt64) throws -> Int {
        try chain.runBackground(at: (1_000 + seconds) * CacheFixture.second)
    }

    /// The value of a metric of the cache, 0 if it is not there.
    func metric(_ name: String, _ type: String = "") -> String {
        let line = chain.metrics.first {
            $0.hasPrefix("coredns_cache_\(name){")
                && (type.isEmpty || $0.contains("type=\"\(type)\""))
        }
        return line.flatMap { $0.split(separator: " ").last.map(String.init) } ?? "0"
    }
}

@Suite("The plugin cache")
struct CacheTests {
    @Test func `a second query is answered without the upstream, with the time that is left`()
        throws
    {
        let fixture = try CacheFixture()
        #expect(try fixture.ask().answers == ["www.example.test. 300 IN A 0.0.0.1"])
        let second = try fixture.ask("WWW.example.test", at: 100)
        #expect(second.answers == ["WWW.example.test. 200 IN A 0.0.0.1"])
        #expect(second.waitCount == 0)
        #expect(fixture.upstream.asked == ["www.example.test. A"])
        #expect(try fixture.ask(at: 300).waitCount == 1)
    }

    @Test func `names, types, DO and CD are kept apart`() throws {
        let fixture = try CacheFixture()
        let dnssec = EDNS(udpPayloadSize: 1232, isDNSSECOK: true)
        for _ in 0..<2 {
            _ = try fixture.ask()
            _ = try fixture.ask(edns: dnssec)
            _ = try fixture.ask(flags: 0x0110)
            _ = try fixture.ask("www.example.test", .aaaa)
        }
        #expect(fixture.upstream.asked.count == 5, "NXDOMAIN without SOA is not kept")
    }

    @Test func `no time to live is raised, and what is above the bound is lowered`() throws {
        let fixture = try CacheFixture("success 100 60")
        fixture.upstream.set("short.test", [1], ttl: 2)
        #expect(try fixture.ask("short.test").answers == ["short.test. 2 IN A 0.0.0.1"])
        #expect(try fixture.ask("short.test", at: 1).answers == ["short.test. 2 IN A 0.0.0.1"])
        #expect(try fixture.ask("short.test", at: 4).answers == ["short.test. 1 IN A 0.0.0.1"])
        #expect(try fixture.ask("short.test", at: 5).waitCount == 1)
        #expect(try fixture.ask().answers == ["www.example.test. 60 IN A 0.0.0.1"])
        #expect(try fixture.ask(at: 59).answers == ["www.example.test. 1 IN A 0.0.0.1"])
        #expect(try fixture.ask(at: 60).waitCount == 1)
    }

    @Test func `a denial is kept as long as its SOA says`() throws {
        let fixture = try CacheFixture()
        fixture.upstream.authorities = [.denial(.root, ttl: 600, minimum: 30)]
        let first = try fixture.ask("no.test")
        #expect(first.code == .nameError && first.waitCount == 1)
        let held = try fixture.ask("no.test", at: 10)
        #expect(held.code == .nameError && held.waitCount == 0)
        #expect(held.authorities.first?.hasPrefix(". 20 IN SOA") == true)
        #expect(try fixture.ask("no.test", at: 30).waitCount == 1)
    }

    @Test(arguments: [("", 1), ("servfail 0s", 2), ("disable denial", 2)])
    func `a failure is kept for five seconds, or as told`(_ option: String, _ asked: Int) throws {
        let fixture = try CacheFixture(option)
        fixture.upstream.code = .serverFailure
        #expect(try fixture.ask("no.test").code == .serverFailure)
        #expect(try fixture.ask("no.test", at: 4).code == .serverFailure)
        #expect(fixture.upstream.asked.count == asked)
        _ = try fixture.ask("no.test", at: 5)
        #expect(fixture.upstream.asked.count == asked + 1)
    }

    @Test func `what is switched off for a zone is not kept for it`() throws {
        let fixture = try CacheFixture("disable success example.test")
        fixture.upstream.set("www.other.test", [1])
        for _ in 0..<2 {
            _ = try fixture.ask()
            _ = try fixture.ask("www.other.test")
        }
        #expect(fixture.upstream.asked.count == 3)
    }

    @Test func `names outside of the zones are not kept`() throws {
        let fixture = try CacheFixture(directives: "cache 30 other.test")
        #expect(try fixture.ask().waitCount == 1)
        #expect(try fixture.ask().waitCount == 1)
        fixture.upstream.set("www.other.test", [1])
        #expect(try fixture.ask("www.other.test").answers == ["www.other.test. 30 IN A 0.0.0.1"])
        #expect(try fixture.ask("www.other.test").waitCount == 0)
    }

    @Test func `keepttl leaves the time as it came`() throws {
        let fixture = try CacheFixture("keepttl")
        _ = try fixture.ask()
        #expect(try fixture.ask(at: 100).answers == ["www.example.test. 300 IN A 0.0.0.1"])
    }

    @Test func `AA stays as it was received`() throws {
        for isAuthoritative in [true, false] {
            let fixture = try CacheFixture()
            fixture.upstream.isAuthoritative = isAuthoritative
            for _ in 0..<2 {
                let reply = try fixture.ask()
                #expect(reply.message.header.isAuthoritative == isAuthoritative)
                #expect(reply.message.header.isRecursionAvailable)
            }
        }
    }

    @Test func `AD is asked for, and told to those who understand it (RFC 6840 §5.7)`() throws {
        let fixture = try CacheFixture()
        fixture.upstream.isAuthenticated = true
        for _ in 0..<2 {
            #expect(try !fixture.ask().message.header.isAuthenticData)
            #expect(try fixture.ask(flags: 0x0120).message.header.isAuthenticData)
        }
        #expect(fixture.upstream.flags & 0x0020 != 0)
        #expect(fixture.upstream.asked.count == 1)
    }

    @Test func `data held here is not kept, so that its changes are seen`() throws {
        let fixture = try CacheFixture(behind: "kubernetes cluster.local")
        let name = "web.shop.svc.cluster.local"
        #expect(try fixture.ask(name).answers.count == 1)
        #expect(try fixture.ask(name, at: 3).answers == ["\(name). 5 IN A 10.96.0.21"])
        #expect(fixture.metric("requests_total") == "0")
        #expect(fixture.chain.context.warnings.isEmpty)
    }

    @Test func `include_local keeps it, with a warning`() throws {
        let fixture = try CacheFixture("include_local", behind: "kubernetes cluster.local")
        let name = "web.shop.svc.cluster.local"
        #expect(try fixture.ask(name).answers == ["\(name). 5 IN A 10.96.0.21"])
        #expect(try fixture.ask(name, at: 3).answers == ["\(name). 2 IN A 10.96.0.21"])
        #expect(try fixture.ask().answers == ["www.example.test. 300 IN A 0.0.0.1"])
        #expect(try fixture.ask(at: 1).answers == ["www.example.test. 299 IN A 0.0.0.1"])
        #expect(fixture.upstream.asked.count == 1)
        #expect(fixture.metric("entries", "success") == "2")
        let warning =
            "Corefile:2: cache: with include_local, changes of kubernetes are seen late:"
            + " delete include_local, or write zones that aren't theirs"
        #expect(fixture.chain.context.warnings == [warning])
    }

    @Test func `hits and misses are counted under CoreDNS' names`() throws {
        let fixture = try CacheFixture()
        fixture.upstream.authorities = [.denial(.root)]
        fixture.chain.route = RouteInfo(zone: .root, server: "dns://:53", view: "inner")
        for _ in 0..<3 {
            _ = try fixture.ask()
            _ = try fixture.ask("no.test")
        }
        let way = #"{server="dns://:53",type="success",view="inner",zones="."}"#
        #expect(fixture.chain.metrics.contains("coredns_cache_hits_total\(way) 2"))
        #expect(fixture.chain.metrics.contains("coredns_cache_entries\(way) 1"))
        #expect(fixture.chain.metrics.contains("coredns_cache_evictions_total\(way) 0"))
        #expect(fixture.metric("hits_total", "denial") == "2")
        #expect(fixture.metric("misses_total") == "2")
        #expect(fixture.metric("requests_total") == "6")
        #expect(fixture.metric("drops_total") == "0")
    }

    @Test func `a store holds no more than told`() throws {
        let fixture = try CacheFixture("success 10\nmemory 1MiB")
        for index in 0..<50 {
            fixture.upstream.set("w\(index).test", [1])
            _ = try fixture.ask("w\(index).test")
        }
        #expect(fixture.metric("entries", "success") == "10")
        #expect(fixture.metric("evictions_total", "success") == "40")
    }

    @Test func `contents outlive a reload, unless the block has changed`() throws {
        let first = try CacheFixture(directives: "cache 60\nprometheus localhost:9153")
        _ = try first.ask()
        for (directives, waits) in [("cache 60", 0), ("cache 61", 1)] {
            let next = try CacheFixture(directives: directives, services: first.chain.services)
            #expect(try next.ask(at: 10).waitCount == waits, "\(directives)")
        }
    }
}
