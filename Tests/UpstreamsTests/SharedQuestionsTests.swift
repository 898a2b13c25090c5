import TestSupport
import Testing

@testable import Upstreams

@Suite struct `Questions that others may join` {
    @Test(arguments: 1...8)
    func `are found by key as in a dictionary`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let exchanges = (0..<200).map { _ in Exchange(nil) }
        var table = SharedQuestions()
        var model: [UInt64: Int] = [:]
        for _ in 0..<4_000 {
            // Few places, so that keys meet; keys that differ in the upper half only, too.
            let key = UInt64.random(in: 0..<70, using: &random) << 32 | .random(in: 40..<70)
            let number = Int.random(in: 0..<exchanges.count, using: &random)
            if Bool.random(using: &random) {
                table.set(key, exchanges[number])
                model[key] = number
            } else if let present = model[key], Bool.random(using: &random) {
                table.remove(key, exchanges[present])
                model[key] = nil
            } else if model[key] != number {
                // Another question has the place, or none.
                table.remove(key, exchanges[number])
            }
            #expect(table.count == model.count)
            #expect(table.find(key) === model[key].map { exchanges[$0] })
        }
        for (key, number) in model { #expect(table.find(key) === exchanges[number]) }
        for (key, number) in model { table.remove(key, exchanges[number]) }
        #expect(table.count == 0)
        for key in model.keys { #expect(table.find(key) == nil) }
    }

    @Test func `have the same hash whatever the case of their names, and nothing else`() throws {
        var pool = RandomPool(.seeded(7))
        let hash = QuestionHash(&pool)
        func value(_ query: [UInt8], _ transport: UpstreamTransport = .udp) throws -> UInt64 {
            try unsafe query.withUnsafeBytes { octets in
                let shape = try #require(unsafe RequestShape(octets))
                return unsafe hash.hash(octets, shape, transport)
            }
        }
        let plain = TestMessage.query("www.example.org")
        let usual = try value(plain)
        #expect(try value(TestMessage.query("wWw.EXAMPLE.org")) == usual)
        #expect(try value(TestMessage.query("www.example.org", id: 99)) == usual)
        var others: [[UInt8]] = [
            TestMessage.query("www.example.orf"), TestMessage.query("ww.wexample.org"),
            TestMessage.query("www.example.org", edns: (1_232, 0, [])),
            TestMessage.query("www.example.org", edns: (1_232, 0x8000, [])),
            TestMessage.query("www.example.org", edns: (1_232, 0, [0, 8, 0, 1, 65])),
            TestMessage.query("www.example.org", edns: (1_232, 0, [0, 8, 0, 1, 97])),
        ]
        for (offset, change) in [(2, 0x01), (3, 0x10), (3, 0x20), (32, 0x20), (30, 0x20)] {
            var octets = plain
            octets[offset] ^= UInt8(change)
            others.append(octets)
        }
        let values = try others.map { try value($0) } + [usual, try value(plain, .tcp)]
        #expect(Set(values).count == values.count)
        #expect(QuestionHash(&pool).hashForTest(plain) != usual)
    }
}

extension QuestionHash {
    fileprivate func hashForTest(_ query: [UInt8]) -> UInt64? {
        unsafe query.withUnsafeBytes { octets in
            guard let shape = unsafe RequestShape(octets) else { return nil }
            return unsafe hash(octets, shape, .udp)
        }
    }
}
