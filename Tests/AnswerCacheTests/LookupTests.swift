import AnswerCache
import DNSWire
import Testing

private let web = Ask("web.test.")
private let positive = reply(web, .noError, [a("web.test.", 300)])
private let nothing = reply(web, .nameError, authority: [soa("test.", 60)])
private let failure = reply(web, .serverFailure)

@Suite("The cache: looking up")
struct LookupTests {
    @Test func `the name matters without case, the question comes back with it`() throws {
        let asker = Asker()
        asker.put(web, positive)
        let octets = try #require(asker.answer(Ask("wEb.TesT.")))
        #expect(Array(octets[12..<22]) == Array("\u{3}wEb\u{4}TesT\0".utf8))
        let message = try Message(decoding: octets)
        #expect(message.answers == [a("web.test.", 300)])
    }

    @Test(arguments: [
        Ask("web.test.", .aaaa), Ask("wex.test."), Ask("test."), Ask("a.web.test."), Ask("."),
        web.with { $0.recordClass = .ch }, web.with { $0.dnssecOK = true },
        web.with { $0.checkingDisabled = true }, web.with { $0.view = 1 },
    ])
    func `every part of the key matters`(_ other: Ask) {
        let asker = Asker()
        asker.put(web, positive)
        #expect(asker.answer(other) == nil)
        asker.put(other, reply(other))
        #expect(asker.answer(other) != nil)
        #expect(asker.message(web)?.answers.count == 1)
        #expect(asker.cache.count == 2)
        #expect(asker.cache.listing(now: asker.now).count == 2)
        other.withKey { #expect(asker.cache.remove($0)) }
        #expect(asker.answer(other) == nil)
        #expect(asker.answer(web) != nil)
        #expect(asker.cache.count == 1)
    }

    @Test func `every length of a name is found`() {
        let asker = Asker()
        let asks = (1...63).map { Ask(String(repeating: "x", count: $0) + ".") }
        for ask in asks { asker.put(ask, reply(ask, .noError, [a(ask.name)])) }
        for ask in asks { #expect(asker.message(ask)?.answers == [a(ask.name)]) }
        let long = Array(repeating: String(repeating: "y", count: 61), count: 4)
        let ask = Ask(long.joined(separator: ".") + ".")
        asker.put(ask, reply(ask, .noError, [a(ask.name)]))
        #expect(asker.message(ask)?.answers.count == 1)
    }

    @Test func `TTLs count down, to the second, and end`() {
        let asker = Asker()
        asker.put(web, positive)
        for (passed, left): (Double, UInt32) in [(0, 300), (0.5, 300), (1, 299), (299.5, 1)] {
            asker.seconds = 1_000 + passed
            #expect(asker.message(web)?.answers.map(\.timeToLive) == [left])
        }
        asker.seconds = 1_300
        #expect(asker.message(web) == nil)
        #expect(asker.message(web, timeToLive: 9) == nil)
    }

    @Test func `all records get the same TTL, or the one that is asked for`() {
        let asker = Asker()
        asker.put(
            web,
            reply(
                web,
                .noError,
                [cname("web.test.", "x.test.", 900), a("x.test.", 800)],
                authority: [ns("test.", "ns.test.", 700)],
                additional: [a("ns.test.", 600)]
            )
        )
        asker.seconds += 10
        let message = asker.message(web)
        let all = (message?.answers ?? []) + (message?.authorities ?? [])
        #expect((all + (message?.additionals ?? [])).map(\.timeToLive) == [590, 590, 590, 590])
        #expect(asker.message(web, timeToLive: 0)?.answers.map(\.timeToLive) == [0, 0])
        #expect(asker.find(web) { [$0.leastTimeToLive, $0.lifetime, $0.age] } == [600, 600, 10])
    }

    @Test func `the response code and flags are those that were stored`() {
        let asker = Asker()
        asker.put(
            web,
            reply(web, .nameError, authority: [soa("test.")]) {
                $0.header.isAuthoritative = true
                $0.header.isAuthenticData = true
                $0.header.isRecursionAvailable = false
            }
        )
        let message = asker.message(web)
        #expect(message?.header.responseCode == .nameError)
        #expect(message?.header.isRecursionAvailable == false)
        #expect(asker.find(web) { $0.isAuthoritative && $0.isAuthenticated } == true)
        #expect(asker.find(web) { $0.replyClass } == .nameError)
        asker.put(web, positive)
        #expect(asker.message(web)?.header.isRecursionAvailable == true)
        #expect(asker.find(web) { $0.isAuthoritative || $0.isAuthenticated } == false)
    }

    @Test func `a question of another length is not written`() {
        let asker = Asker()
        asker.put(web, positive)
        let octets = Ask("longer.test.").octets
        let isWritten = asker.find(web) { hit in
            let storage = QueryScratch.Storage()
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 600, alignment: 8)
            defer { unsafe buffer.deallocate() }
            return unsafe octets.withUnsafeBytes { request in
                var query = QueryView()
                _ = unsafe query.read(request, scratch: storage.scratch)
                var writer = unsafe ResponseWriter(
                    answering: query,
                    request: request,
                    into: buffer,
                    limit: 600,
                    payloadOctets: 1232
                )
                return hit.write(into: &writer, timeToLive: 1)
            }
        }
        #expect(isWritten == false)
    }
}

@Suite("RFC 8767: expired replies")
struct StaleTests {
    @Test func `an expired reply is found as long as it may be used`() {
        let asker = Asker(CacheConfiguration(staleSeconds: 60))
        asker.put(web, positive)
        #expect(asker.find(web) { $0.isStale } == false)
        asker.seconds = 1_300
        #expect(asker.find(web) { $0.isStale } == true)
        #expect(asker.find(web) { $0.remaining } == 0)
        asker.seconds = 1_310.5
        #expect(asker.find(web) { $0.expiredSeconds } == 10)
        #expect(asker.message(web, timeToLive: 30)?.answers.map(\.timeToLive) == [30])
        asker.seconds = 1_360
        #expect(asker.find(web) { $0.isStale } == nil)
    }

    @Test func `one thread at a time claims the renewal`() {
        let asker = Asker()
        asker.put(web, positive)
        #expect(asker.find(web) { $0.claimRenewal(seconds: 5) } == true)
        #expect(asker.find(web) { $0.claimRenewal(seconds: 5) } == false)
        asker.seconds += 5
        #expect(asker.find(web) { $0.claimRenewal(seconds: 5) } == true)
        asker.put(web, positive)
        #expect(asker.find(web) { $0.claimRenewal(seconds: 5) } == true)
    }
}

@Suite("The cache: a positive reply and a denial of the same question")
struct OrderTests {
    @Test func `the newer of them replaces the older`() {
        let asker = Asker()
        asker.put(web, nothing)
        asker.put(web, positive)
        #expect(asker.find(web) { $0.replyClass } == .answer)
        #expect(asker.cache.figures.denial.entries == 0)
        asker.put(web, nothing)
        #expect(asker.find(web) { $0.replyClass } == .nameError)
        #expect(asker.cache.figures.success.entries == 0)
    }

    @Test func `a failure yields to an answer that is still good`() {
        let asker = Asker()
        asker.put(web, positive)
        asker.put(web, failure)
        #expect(asker.cache.count == 2)
        #expect(asker.find(web) { $0.replyClass } == .answer)
        web.withKey { #expect(asker.cache.remove($0)) }
        #expect(asker.cache.count == 0)
    }

    @Test func `a fresh denial goes before a stale answer, unless positive ones are preferred`() {
        let asker = Asker(CacheConfiguration(staleSeconds: 3_600, keepsPositive: true))
        asker.put(web, positive)
        asker.seconds += 400
        asker.put(web, nothing)
        #expect(asker.cache.count == 2)
        #expect(asker.find(web) { $0.replyClass } == .nameError)
        #expect(asker.find(web, order: .positiveFirst) { $0.replyClass } == .answer)
        asker.seconds += 4_000
        #expect(asker.find(web) { $0.replyClass } == nil)
    }

    @Test func `a stale answer goes before a failure, which is never used after its time`() {
        let asker = Asker(CacheConfiguration(staleSeconds: 3_600))
        asker.put(web, failure)
        #expect(asker.find(web) { $0.replyClass } == .serverFailure)
        asker.seconds += 5
        #expect(asker.find(web) { $0.replyClass } == nil)
        asker.put(web, positive)
        asker.seconds += 400
        asker.put(web, failure)
        #expect(asker.find(web) { $0.replyClass } == .answer)
        #expect(asker.find(web) { $0.isStale } == true)
    }

    @Test func `a failure doesn't end a denial that can still be used`() {
        let asker = Asker(CacheConfiguration(staleSeconds: 100))
        asker.put(web, nothing)
        asker.seconds += 159
        #expect(asker.put(web, failure) == .failure(.lessThanHeld))
        #expect(asker.find(web) { $0.replyClass } == .nameError)
        asker.seconds += 1
        #expect(
            asker.put(web, failure) == .success(Stored(replyClass: .serverFailure, lifetime: 5))
        )
        #expect(asker.find(web) { $0.replyClass } == .serverFailure)
    }

    @Test func `an earlier clock sees no more seconds than were stored`() {
        let asker = Asker()
        asker.put(web, positive)
        asker.seconds -= 0.5
        #expect(asker.find(web) { [$0.remaining, $0.age] } == [300, 0])
    }
}

@Suite("The cache: hits counted for prefetch")
struct HitCountTests {
    @Test func `hits count up to the bound while gaps are short`() {
        let asker = Asker(CacheConfiguration(countedHits: 3, countingGapSeconds: 10))
        asker.put(web, positive)
        var counts: [UInt32?] = []
        for pause: Double in [0, 0, 10, 1, 11, 1] {
            asker.seconds += pause
            counts.append(asker.find(web) { $0.hits })
        }
        #expect(counts == [1, 2, 3, 3, 1, 2])
        asker.put(web, positive)
        #expect(asker.find(web) { $0.hits } == 3)
    }

    @Test func `hits are not counted unless that is asked for`() {
        let asker = Asker()
        asker.put(web, positive)
        #expect(asker.find(web) { $0.hits } == 0)
        #expect(asker.find(web) { $0.hits } == 0)
    }
}
