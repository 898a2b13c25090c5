import AnswerCache
import DNSWire
import TestSupport
import Testing

@Suite("The cache: times in a reply that is passed on")
struct ReplyTimesTests {
    private let web = Ask("web.test.")

    @Test func `TTLs above the bound are lowered, others and OPT stay`() throws {
        var message = reply(
            web,
            .noError,
            [cname("web.test.", "x.test.", 900), a("x.test.", 60)],
            authority: [ns("test.", "ns.test.", 61)],
            additional: [a("ns.test.", 0)]
        )
        message.edns = EDNS(isDNSSECOK: true)
        var octets = try message.encoded()
        #expect(ReplyTimes.lower(in: &octets, to: 60))
        message.answers[0].timeToLive = 60
        message.authorities[0].timeToLive = 60
        #expect(try Message(decoding: octets) == message)
    }

    @Test func `a TTL with the top bit set is not raised`() throws {
        var octets = try reply(web, .noError, [a("web.test.")]).encoded()
        octets[octets.count - 10] = 0x80
        let before = octets
        #expect(ReplyTimes.lower(in: &octets, to: 60))
        #expect(octets == before)
    }

    @Test func `a cut reply is malformed wherever it is cut`() throws {
        let octets = try reply(
            web,
            .noError,
            [cname("web.test.", "x.test.", 900), a("x.test.", 60)]
        ).encoded()
        for count in 0..<octets.count {
            var cut = Array(octets.prefix(count))
            #expect(!ReplyTimes.lower(in: &cut, to: 1), "\(count)")
            #expect(cut.count == count)
        }
    }

    @Test func `random octets do no harm`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<3_000 {
            var octets = random.octets(0...80)
            let count = octets.count
            ReplyTimes.lower(in: &octets, to: 1)
            #expect(octets.count == count)
        }
    }
}
