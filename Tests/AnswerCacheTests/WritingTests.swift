import AnswerCache
import DNSWire
import Testing

private let web = Ask("web.test.")

/// A reply of hand-made octets: the question `web.test. IN A` ends at offset 26.
private func raw(_ counts: [UInt8], _ records: [UInt8]...) -> [UInt8] {
    [0, 7, 0x81, 0x80, 0, 1] + counts.flatMap { [0, $0] }
        + Array("\u{3}web\u{4}test\0".utf8) + [0, 1, 0, 1] + records.flatMap { $0 }
}

/// An address of an owner, with a TTL of 300: 14 octets and the owner's.
private func address(_ owner: [UInt8], _ last: UInt8 = 1) -> [UInt8] {
    owner + [0, 1, 0, 1, 0, 0, 1, 0x2C, 0, 4, 192, 0, 2, last]
}

private let option: [UInt8] = [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]
private let answer = address([0xC0, 12])

@Suite("The cache: what is served")
struct WritingTests {
    @Test func `OPT is not stored, and pointers that passed over it still lead right`() throws {
        let asker = Asker()
        // The answer ends at 42, OPT at 53, the owner of the first glue starts there.
        let octets = raw(
            [1, 0, 3],
            answer,
            option,
            address([2, 0x6E, 0x73, 0xC0, 16], 7),
            address([1, 0x61, 0xC0, 53], 8)
        )
        #expect(try asker.put(web, octets).get().lifetime == 300)
        let message = try #require(asker.message(web))
        #expect(message.edns == nil)
        #expect(message.answers == [a("web.test.", 300, 0xC000_0201)])
        #expect(
            message.additionals
                == [a("ns.test.", 300, 0xC000_0207), a("a.ns.test.", 300, 0xC000_0208)]
        )
        #expect(asker.find(web) { $0.octetCount } == octets.count - option.count)
    }

    @Test func `OPT and TSIG at the end are not stored either`() throws {
        let asker = Asker()
        let signature: [UInt8] = [1, 0x6B, 0xC0, 16, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0]
        #expect(throws: Never.self) {
            try asker.put(web, raw([1, 0, 2], answer, option, signature)).get()
        }
        let message = try #require(asker.message(web))
        #expect(message.answers.map(\.timeToLive) == [300])
        #expect(message.additionals == [])
    }

    @Test func `who asked with EDNS gets an OPT record of ours`() throws {
        let asker = Asker()
        asker.put(web, raw([1, 0, 1], answer, option))
        let message = try #require(asker.message(web.with { $0.payload = 4_096 }))
        #expect(message.edns?.udpPayloadSize == 1232)
        #expect(message.answers.count == 1)
    }

    @Test(arguments: [
        ("at the header", address([0xC0, 4])),
        ("into a label", address([0xC0, 13])),
        ("at the question's type", address([0xC0, 22])),
        ("at itself", address([0xC0, 42])),
        ("at its own first label", address([1, 0x61, 0xC0, 42])),
        ("forward", address([0xC0, 60])),
        ("at a TTL", address([0xC0, 32])),
        ("at the length of data", address([0xC0, 36])),
        ("past the end", address([0xFF, 0xFF])),
    ])
    func `a pointer to where no label is makes a reply malformed`(_ test: (String, [UInt8])) {
        let asker = Asker()
        #expect(asker.put(web, raw([2, 0, 0], answer, test.1)) == .failure(.malformed))
    }

    @Test(arguments: [
        ("two OPT records", raw([1, 0, 2], answer, option, option)),
        ("OPT among the answers", raw([2, 0, 0], answer, option)),
        ("OPT at a name", raw([1, 0, 1], answer, [1, 0x61] + option)),
        ("a pointer at the owner of OPT", raw([1, 0, 2], answer, option, address([0xC0, 42]))),
        (
            "TSIG before the last record",
            raw([1, 0, 2], answer, [0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0], address([0xC0, 12]))
        ),
        ("more records than there are", raw([2, 0, 0], answer)),
        ("more records than could be", raw([255, 255, 255], answer)),
        ("an address of three octets", raw([1, 0, 0], Array(answer[..<11] + [3, 1, 2, 3]))),
        (
            "an alias that ends before its data",
            raw([1, 0, 0], [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 3, 0xC0, 12, 0])
        ),
        (
            "a label that ends after the data",
            raw([1, 0, 0], [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 2, 3, 0x61])
        ),
        (
            "a text that ends after the data",
            raw([1, 0, 0], [0xC0, 12, 0, 35, 0, 1, 0, 0, 0, 9, 0, 5, 0, 0, 0, 0, 9])
        ),
        ("a label of the old kinds", raw([1, 0, 0], address([0x41, 0]))),
    ])
    func `a malformed reply is refused`(_ test: (String, [UInt8])) {
        #expect(Asker().put(web, test.1) == .failure(.malformed))
    }

    @Test func `names of more than 255 octets are refused, however they are written`() {
        let labels = (0..<4).flatMap { _ in [UInt8(61)] + [UInt8](repeating: 0x61, count: 61) }
        let longest = raw([1, 0, 0], [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 249] + labels + [0])
        #expect(Asker().put(web, longest) == .failure(.unresolvedAlias))
        let tooLong = raw(
            [1, 0, 0],
            [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 250] + labels + [0xC0, 12]
        )
        #expect(Asker().put(web, tooLong) == .failure(.malformed))
    }
}

@Suite("RFC 2181 §9: replies that don't fit")
struct TruncationTests {
    private func asker(_ message: Message) -> Asker {
        let asker = Asker()
        #expect(throws: Never.self) { try asker.put(web, message).get() }
        return asker
    }

    private func addresses(_ name: String, _ count: Int) -> [ResourceRecord] {
        (0..<count).map { a(name, 300, UInt32($0)) }
    }

    @Test func `a set that doesn't fit is left out as a whole`() throws {
        let asker = asker(reply(web, .noError, addresses("web.test.", 50)))
        let cut = try #require(asker.message(web, limit: 512))
        #expect(cut.header.isTruncated)
        #expect(cut.answers == [])
        let whole = try #require(asker.message(web))
        #expect(!whole.header.isTruncated)
        #expect(whole.answers.count == 50)
    }

    @Test func `sets before it stay`() throws {
        let records = [cname("web.test.", "x.test.")] + addresses("x.test.", 50)
        let cut = try #require(asker(reply(web, .noError, records)).message(web, limit: 512))
        #expect(cut.header.isTruncated)
        #expect(cut.answers == [records[0]])
    }

    @Test func `additional records are left out without a word`() throws {
        let asker = asker(
            reply(
                web,
                .noError,
                [a("web.test.")],
                authority: [ns("test.", "ns.test.")],
                additional: [a("ns.test.")] + addresses("other.test.", 50)
            )
        )
        let cut = try #require(asker.message(web, limit: 512))
        #expect(!cut.header.isTruncated)
        #expect(cut.answers.count == 1)
        #expect(cut.authorities.count == 1)
        #expect(cut.additionals == [a("ns.test.")])
    }

    @Test func `glue of a referral is not (RFC 9471 §3)`() throws {
        let asker = asker(
            reply(
                web,
                authority: [ns("test.", "ns.test.")],
                additional: addresses("ns.test.", 50)
            )
        )
        let cut = try #require(asker.message(web, limit: 512))
        #expect(cut.header.isTruncated)
        #expect(cut.authorities.count == 1)
    }

    @Test func `at every limit whole sets are served, as many as fit`() throws {
        let whole = reply(
            web,
            .noError,
            [cname("web.test.", "x.test.")] + addresses("x.test.", 9),
            authority: [ns("test.", "a.test."), ns("test.", "b.test."), text("test.", 300)],
            additional: addresses("a.test.", 5) + addresses("b.test.", 20)
        )
        let asker = asker(whole)
        let full = try #require(asker.answer(web)).count
        let ends = [
            (0, 0, 0), (1, 0, 0), (10, 0, 0), (10, 2, 0),
            (10, 3, 0), (10, 3, 5), (10, 3, 25),
        ]
        var seen: Set<Int> = []
        for limit in 512...(full + 1) {
            let octets = try #require(asker.answer(web, limit: limit))
            #expect(octets.count <= limit)
            let message = try Message(decoding: octets)
            let index = try #require(
                ends.firstIndex {
                    $0 == (
                        message.answers.count, message.authorities.count, message.additionals.count
                    )
                }
            )
            seen.insert(index)
            #expect(message.header.isTruncated == (index < 4))
            guard index + 1 < ends.count else { continue }
            // The next set would not have fitted.
            var next = whole
            next.answers = Array(whole.answers.prefix(ends[index + 1].0))
            next.authorities = Array(whole.authorities.prefix(ends[index + 1].1))
            next.additionals = Array(whole.additionals.prefix(ends[index + 1].2))
            #expect(try next.encoded().count > limit)
        }
        #expect(seen.isSuperset(of: [3, 4, 5, 6]))
    }
}
