import AnswerCache
import DNSWire
import Testing

/// A reply, and what the cache makes of it.
struct ReplyCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let ask: Ask
    let octets: [UInt8]
    let expected: Result<ReplyClass, StoreRefusal>

    init(_ text: String, _ ask: Ask, _ reply: Message, _ expected: ReplyClass) {
        self.init(text, ask, try! reply.encoded(), .success(expected))
    }

    init(_ text: String, _ ask: Ask, _ reply: Message, refused: StoreRefusal) {
        self.init(text, ask, try! reply.encoded(), .failure(refused))
    }

    init(
        _ text: String,
        _ ask: Ask,
        _ octets: [UInt8],
        _ expected: Result<ReplyClass, StoreRefusal>
    ) {
        testDescription = text
        self.ask = ask
        self.octets = octets
        self.expected = expected
    }
}

private let web = Ask("web.test.")
private let alias = cname("web.test.", "real.test.")
private let signed = web.with { $0.dnssecOK = true }
private let answered = a("web.test.")

private let kept: [ReplyCase] = [
    .init("an address", web, reply(web, .noError, [answered]), .answer),
    .init(
        "an address asked in capitals",
        Ask("WEB.Test."),
        reply(web, .noError, [answered]),
        .answer
    ),
    .init("an answer in capitals", web, reply(web, .noError, [a("WEB.TEST.")]), .answer),
    .init(
        "an alias with its target",
        web,
        reply(web, .noError, [alias, a("real.test.")]),
        .answer
    ),
    .init(
        "an alias after its target",
        web,
        reply(web, .noError, [a("real.test."), alias]),
        .answer
    ),
    .init(
        "an alias that was asked for",
        Ask("web.test.", .cname),
        reply(Ask("web.test.", .cname), .noError, [alias]),
        .answer
    ),
    .init(
        "anything, when any type was asked for",
        Ask("web.test.", .any),
        reply(Ask("web.test.", .any), .noError, [alias]),
        .answer
    ),
    .init("no record at all", web, reply(web), .answer),
    .init("no data", web, reply(web, authority: [soa("test.")]), .noData),
    .init(
        "an alias that leads nowhere, with SOA",
        web,
        reply(web, .noError, [alias], authority: [soa("test.")]),
        .noData
    ),
    .init("a name error", web, reply(web, .nameError, authority: [soa("test.")]), .nameError),
    .init(
        "a referral",
        web,
        reply(web, authority: [ns("test.", "ns.test.")], additional: [a("ns.test.")]),
        .referral
    ),
    .init("a failure", web, reply(web, .serverFailure), .serverFailure),
    .init("not implemented", web, reply(web, .notImplemented), .serverFailure),
    .init(
        "a valid signature",
        signed,
        reply(
            signed,
            .noError,
            [answered, rrsig("web.test.", inception: 4_000, expiration: 6_000)]
        ),
        .answer
    ),
    .init(
        "a signature that expired, for who doesn't look at it",
        web,
        reply(web, .noError, [answered, rrsig("web.test.", inception: 1, expiration: 2)]),
        .answer
    ),
    .init(
        "a signature across the end of the serial numbers",
        signed,
        reply(
            signed,
            .noError,
            [answered, rrsig("web.test.", inception: 0xFFFF_FFF0, expiration: 6_000)]
        ),
        .answer
    ),
]

private let refused: [ReplyCase] = [
    .init(
        "an incomplete reply",
        web,
        reply(web, .noError, [answered]) { $0.header.isTruncated = true },
        refused: .truncated
    ),
    .init("REFUSED", web, reply(web, .refused), refused: .responseCode),
    .init("FORMERR", web, reply(web, .formatError), refused: .responseCode),
    .init(
        "an extended code whose lower bits say no error",
        web,
        reply(web, ResponseCode(rawValue: 16)) { $0.edns = EDNS() },
        refused: .responseCode
    ),
    .init(
        "a name error with answers",
        web,
        reply(web, .nameError, [alias], authority: [soa("test.")]),
        refused: .nameErrorWithAnswers
    ),
    .init(
        "a name error without SOA",
        web,
        reply(web, .nameError),
        refused: .nameErrorWithoutAuthority
    ),
    .init(
        "an alias that leads nowhere",
        web,
        reply(web, .noError, [alias]),
        refused: .unresolvedAlias
    ),
    .init(
        "a circle of aliases",
        web,
        reply(web, .noError, [alias, cname("real.test.", "web.test.")]),
        refused: .unresolvedAlias
    ),
    .init(
        "an answer to something else",
        web,
        reply(web, .noError, [a("other.test.")]),
        refused: .unresolvedAlias
    ),
    .init(
        "an address of another class",
        web,
        reply(
            web,
            .noError,
            [
                ResourceRecord(
                    name: Name("web.test.")!,
                    timeToLive: 9,
                    recordClass: .ch,
                    data: .unknown(.a, [1, 2, 3, 4])
                )
            ]
        ),
        refused: .unresolvedAlias
    ),
    .init(
        "a signature that expired",
        signed,
        reply(signed, .noError, [answered, rrsig("web.test.", inception: 1, expiration: 2)]),
        refused: .signatureNotValid
    ),
    .init(
        "a signature of the future",
        signed,
        reply(
            signed,
            .noError,
            [answered, rrsig("web.test.", inception: 6_000, expiration: 9_000)]
        ),
        refused: .signatureNotValid
    ),
    .init(
        "another name",
        web,
        reply(Ask("wob.test."), .noError, [answered]),
        refused: .mismatched
    ),
    .init(
        "another type",
        web,
        reply(Ask("web.test.", .aaaa), .noError, [answered]),
        refused: .mismatched
    ),
    .init(
        "another class",
        web,
        reply(web.with { $0.recordClass = .ch }),
        refused: .mismatched
    ),
    .init(
        "no question",
        web,
        reply(web, .serverFailure) { $0.questions = [] },
        refused: .mismatched
    ),
    .init(
        "a query",
        web,
        reply(web, .noError, [answered]) { $0.header.isResponse = false },
        refused: .mismatched
    ),
    .init(
        "a notification",
        web,
        reply(web, .noError, [answered]) { $0.header.opcode = .notify },
        refused: .otherOperation
    ),
    .init(
        "a transfer",
        Ask("test.", .axfr),
        reply(Ask("test.", .axfr), .noError, [soa("test.")]),
        refused: .otherOperation
    ),
    .init("a header only", web, Array(try! reply(web).encoded().prefix(12)), .failure(.mismatched)),
    .init("eleven octets", web, Array(try! reply(web).encoded().prefix(11)), .failure(.malformed)),
    .init("an octet too many", web, try! reply(web).encoded() + [0], .failure(.malformed)),
    .init(
        "an octet too few",
        web,
        try! reply(web, .noError, [answered]).encoded().dropLast(),
        .failure(.malformed)
    ),
]

extension [UInt8] {
    fileprivate func dropLast() -> [UInt8] { Array(self[..<(count - 1)]) }
}

@Suite("RFC 2308: what a reply says, and what is cached")
struct ReplyClassTests {
    @Test(arguments: kept + refused)
    func `a reply is classified`(_ test: ReplyCase) {
        let result: Result<ReplyClass, StoreRefusal> = test.ask.withKey { key in
            unsafe test.octets.withUnsafeBytes { octets in
                do throws(StoreRefusal) {
                    return .success(try unsafe ReplyClass.of(octets, for: key, wallClock: 5_000))
                } catch {
                    return .failure(error)
                }
            }
        }
        #expect(result == test.expected)
    }

    @Test(arguments: kept + refused)
    func `the cache keeps what can be cached, and nothing else`(_ test: ReplyCase) {
        let asker = Asker()
        let result = asker.put(test.ask, test.octets)
        #expect(result.map(\.replyClass) == test.expected)
        let isKept = (try? test.expected.get()) != nil
        #expect((asker.answer(test.ask) != nil) == isKept)
        #expect(asker.cache.count == (isKept ? 1 : 0))
    }
}

@Suite("RFC 2308 §5: for how long a reply is kept")
struct LifetimeTests {
    private func lifetime(_ message: Message, _ policy: StorePolicy? = nil) -> UInt32? {
        let asker = Asker()
        if let policy { asker.policy = policy }
        return try? asker.put(Ask("web.test."), message).get().lifetime
    }

    @Test func `the least TTL of all sections counts`() {
        let message = reply(
            web,
            .noError,
            [a("web.test.", 300)],
            authority: [ns("test.", "ns.test.", 200)],
            additional: [a("ns.test.", 100)]
        )
        #expect(lifetime(message) == 100)
    }

    @Test func `a TTL with the top bit set is none`() {
        var octets = try! reply(web, .noError, [a("web.test.")]).encoded()
        octets[octets.count - 10] = 0x80
        #expect(Asker().put(web, octets) == .failure(.noTimeToLive))
    }

    @Test func `a denial is kept for the lesser of the TTL and the minimum of its SOA`() {
        #expect(
            lifetime(reply(web, .nameError, authority: [soa("test.", 600, minimum: 30)])) == 30
        )
        #expect(lifetime(reply(web, .nameError, authority: [soa("test.", 20, minimum: 30)])) == 20)
        #expect(lifetime(reply(web, authority: [soa("test.", 600, minimum: 31)])) == 31)
    }

    @Test func `the minimum of an SOA that was asked for doesn't count`() {
        let ask = Ask("test.", .soa)
        let asker = Asker()
        let stored = asker.put(ask, reply(ask, .noError, [soa("test.", 600, minimum: 30)]))
        #expect((try? stored.get().lifetime) == 600)
    }

    @Test func `the bounds hold, for each store its own`() {
        let policy = StorePolicy(
            success: TTLBounds(minimum: 50, maximum: 60),
            denial: TTLBounds(minimum: 5, maximum: 7),
            failureSeconds: 3
        )
        #expect(lifetime(reply(web, .noError, [a("web.test.", 1)]), policy) == 50)
        #expect(lifetime(reply(web, .noError, [a("web.test.", 99)]), policy) == 60)
        #expect(lifetime(reply(web, .nameError, authority: [soa("test.")]), policy) == 7)
        #expect(lifetime(reply(web, .serverFailure), policy) == 3)
    }

    @Test func `a reply without records is kept for five seconds`() {
        #expect(lifetime(reply(web)) == 5)
        #expect(lifetime(reply(web) { $0.edns = EDNS() }) == 5)
    }

    @Test func `what may be kept for no time is refused, and what is disabled`() {
        let asker = Asker()
        asker.policy = StorePolicy(
            success: TTLBounds(minimum: 0, maximum: 9),
            denial: nil,
            failureSeconds: 0
        )
        #expect(
            asker.put(web, reply(web, .noError, [a("web.test.", 0)])) == .failure(.noTimeToLive)
        )
        #expect(asker.put(web, reply(web, .serverFailure)) == .failure(.disabled))
        let denial = reply(web, .nameError, authority: [soa("test.")])
        #expect(asker.put(web, denial) == .failure(.disabled))
        asker.policy.denial = TTLBounds(minimum: 0, maximum: 9)
        #expect(asker.put(web, reply(web, .serverFailure)) == .failure(.noTimeToLive))
        asker.policy.success = nil
        #expect(asker.put(web, reply(web)) == .failure(.disabled))
        #expect(asker.cache.count == 0)
    }
}
