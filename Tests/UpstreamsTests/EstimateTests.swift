import TestSupport
import Testing

@testable import Upstreams

@Suite struct `What is known of an upstream's speed` {
    @Test(arguments: 1...5)
    func `finds the time within which 95 % of the answers come`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var trip = RoundTrip()
        for _ in 0..<20_000 {
            trip.add(UInt64.random(in: 1_000_000...11_000_000, using: &random))
        }
        #expect((9_500_000...11_500_000).contains(trip.late), "\(trip.late)")
        #expect((3_000_000...9_000_000).contains(trip.usual), "\(trip.usual)")
    }

    @Test func `bears samples of nothing, and failures before the first`() {
        var trip = RoundTrip()
        trip.addFailure(2_000_000_000)
        for _ in 0..<1_000 { trip.add(0) }
        #expect(trip.usual >= 1 && trip.late >= 1)
        for _ in 0..<100 { trip.addFailure(2_000_000_000) }
        #expect(trip.usual == 2_000_000_000)
    }

    @Test func `opens a circuit after failures in a row, for longer each time`() {
        var breaker = CircuitBreaker()
        var now: UInt64 = 1
        for _ in 0..<(Limits.breakerFailureCount - 1) { breaker.failed(now, random: 0) }
        #expect(breaker.allows(now))
        breaker.failed(now, random: 0)
        #expect(!breaker.allows(now) && !breaker.allows(now + 249_000_000))
        #expect(breaker.allows(now + 251_000_000))
        var pauses: [UInt64] = []
        for _ in 0..<10 {
            while !breaker.allows(now) { now += 1_000_000 }
            let start = now
            breaker.failed(now, random: .max)
            while !breaker.allows(now) { now += 1_000_000 }
            pauses.append(now - start)
        }
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 < $1 + $1 / 2 })
        #expect(pauses.allSatisfy { $0 <= Limits.breakerPauseMax.nanoseconds + 1_000_000 })
        #expect((pauses.last ?? 0) >= Limits.breakerPauseMax.nanoseconds / 2)
        breaker.succeeded()
        #expect(breaker.allows(now))
    }
}

@Suite struct `Reading messages` {
    @Test(arguments: 1...8)
    func `bears any octets`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let query = TestMessage.query("www.example.org", edns: (4_096, 0x8000, [0, 8, 0, 2, 1, 2]))
        let reply = TestMessage.reply(to: query, answers: [[1, 2, 3, 4], []], withEDNS: true)
        for _ in 0..<4_000 {
            var octets = Bool.random(using: &random) ? query : reply
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let index = Int.random(in: 0..<octets.count, using: &random)
                octets[index] = UInt8.random(in: 0...255, using: &random)
            }
            octets = Array(octets.prefix(Int.random(in: 0...octets.count, using: &random)))
            unsafe octets.withUnsafeBytes { octets in
                if let shape = unsafe RequestShape(octets) {
                    let room = octets.count + RequestShape.emptyOPTOctets
                    var wire = [UInt8](repeating: 0, count: room)
                    let count = unsafe wire.withUnsafeMutableBytes {
                        unsafe shape.write(octets, to: $0, withEDNS: true)
                    }
                    #expect(shape.questionEnd <= octets.count)
                    #expect(count <= room)
                }
                guard octets.count >= 12 else { return }
                let end = TestMessage.questionEnd(query)
                unsafe query.withUnsafeBytes { query in
                    _ = unsafe match(octets, query: query, end: end, isExact: true)
                }
                if let shape = unsafe ReplyShape(octets, from: end) {
                    #expect(shape.end <= max(octets.count, end))
                    #expect(shape.optStart.map { $0 < shape.end } ?? true)
                }
            }
        }
    }
}
