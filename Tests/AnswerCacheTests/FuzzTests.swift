import AnswerCache
import DNSWire
import TestSupport
import Testing

/// Replies that were damaged at random: refused, or served back as they came.
@Suite("The cache: damaged replies")
struct FuzzTests {
    private static let web = Ask("web.test.")

    /// Replies with names in all kinds of places, compressed and not.
    private static let seeds: [[UInt8]] = [
        reply(web, .noError, [cname("web.test.", "a.b.test."), a("a.b.test.")]),
        reply(
            web,
            .noError,
            [a("web.test."), rrsig("web.test.", inception: 1, expiration: 9)],
            authority: [ns("test.", "ns.test."), soa("test.")],
            additional: [a("ns.test."), text("x.ns.test.", 30)]
        ) { $0.edns = EDNS(options: [.init(code: .init(rawValue: 10), data: [1, 2, 3])]) },
        reply(web, .nameError, authority: [soa("test.")]),
        reply(
            web,
            authority: [ns("test.", "a.ns.test."), ns("test.", "b.ns.test.")],
            additional: [a("a.ns.test."), a("b.ns.test.")]
        ),
        reply(web, .serverFailure),
    ].map { try! $0.encoded() }

    private static func damaged(_ random: inout SeededGenerator) -> [UInt8] {
        var octets = seeds.randomElement(using: &random)!
        // Often behind the question, so that it still is the one that was asked.
        for _ in 0..<random.number(0...4) {
            let from = random.chance(8) ? 0 : min(26, octets.count - 1)
            let index = random.number(from...(octets.count - 1))
            switch random.number(0...5) {
            case 0: octets[index] = random.octet()
            case 1: octets[index] ^= 1 << UInt8(random.number(0...7))
            case 2: octets[index] = 0xC0
            case 3: octets[index] = UInt8(random.number(0...80))
            case 4: octets.remove(at: index)
            default: octets.insert(random.octet(), at: index)
            }
            if octets.count < 13 { return octets }
        }
        if random.chance(20) { octets = Array(octets.prefix(random.number(0...octets.count))) }
        return octets
    }

    /// Where the TTLs of a well-formed message are, found in the most obvious way; nil if it
    /// doesn't end where its last record does.
    private static func timesToLive(_ octets: [UInt8]) -> [Int]? {
        func skipName(_ start: Int) -> Int? {
            var offset = start
            while offset < octets.count {
                let length = Int(octets[offset])
                if length >= 0xC0 { return offset + 2 }
                offset += 1 + length
                if length == 0 { return offset }
            }
            return nil
        }
        let count = (3...5).reduce(0) { $0 + Int(octets[2 * $1]) << 8 + Int(octets[2 * $1 + 1]) }
        var offset = skipName(12).map { $0 + 4 }
        var found: [Int] = []
        for _ in 0..<count {
            guard let start = offset, let fields = skipName(start), fields + 10 <= octets.count
            else {
                return nil
            }
            found.append(fields + 4)
            offset = fields + 10 + Int(octets[fields + 8]) << 8 + Int(octets[fields + 9])
        }
        return offset == octets.count ? found : nil
    }

    @Test(arguments: 1...4)
    func `a damaged reply is refused, or served but for TTLs as it came`(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var kept = 0
        for _ in 0..<1_000 {
            let octets = Self.damaged(&random)
            let asker = Asker()
            guard case .success = asker.put(Self.web, octets) else { continue }
            kept += 1
            let served = try #require(asker.answer(Ask("WEB.test."), timeToLive: 5))
            let places = try #require(Self.timesToLive(served))
            for place in places { #expect(Array(served[place..<(place + 4)]) == [0, 0, 0, 5]) }
            if served.count == octets.count {
                var expected = octets
                for place in places {
                    expected.replaceSubrange(place..<(place + 4), with: [0, 0, 0, 5])
                }
                #expect(served[26...] == expected[26...])
                #expect(served[4..<12] == expected[4..<12])
            }
            // Nor does DNSWire see another message, where it reads both.
            guard let one = try? Message(decoding: octets) else { continue }
            let other = try Message(decoding: served)
            #expect(other.header.responseCode == one.header.responseCode)
            for (left, right) in zip(Self.records(one), Self.records(other)) {
                #expect(left.name == right.name && left.data == right.data)
            }
            #expect(Self.records(one).count == Self.records(other).count)
        }
        #expect(kept > 100)
    }

    private static func records(_ message: Message) -> [ResourceRecord] {
        // TSIG is not stored.
        message.answers + message.authorities
            + message.additionals.filter { $0.type.rawValue != 250 }
    }

    @Test func `a damaged reply that is cut is well-formed`() throws {
        var random = SeededGenerator(seed: 99)
        var long = reply(
            Self.web,
            .noError,
            (0..<20).map { a("web.test.", 300, UInt32($0)) } + [text("x.test.", 300)],
            additional: [text("y.test.", 300), text("z.test.", 300)]
        )
        long.edns = EDNS()
        let octets = try long.encoded()
        var kept = 0
        for _ in 0..<1_000 {
            var copy = octets
            for _ in 0..<random.number(0...3) {
                copy[random.number(26...(copy.count - 1))] = random.octet()
            }
            let asker = Asker()
            guard case .success = asker.put(Self.web, copy) else { continue }
            kept += 1
            let limit = random.number(512...copy.count)
            let served = try #require(asker.answer(Self.web, limit: limit))
            #expect(served.count <= limit)
            #expect(Self.timesToLive(served) != nil)
        }
        #expect(kept > 100)
    }

    @Test func `random octets are refused`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let asker = Asker()
            guard case .failure = asker.put(Self.web, random.octets(0...120)) else {
                Issue.record("random octets were taken for a reply")
                return
            }
        }
    }

    @Test func `a long chain of pointers costs little and is refused`() {
        // Each owner is a pointer at the owner before it.
        var octets: [UInt8] = [0, 7, 0x81, 0x80, 0, 1, 3, 232, 0, 0, 0, 0]
        octets += Array("\u{3}web\u{4}test\0".utf8) + [0, 1, 0, 1]
        var goal = 12
        for _ in 0..<1_000 {
            let start = octets.count
            octets += [0xC0 | UInt8(goal >> 8), UInt8(goal & 0xFF)]
            octets += [0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]
            goal = start
        }
        #expect(Asker().put(Self.web, octets) == .failure(.malformed))
    }
}
