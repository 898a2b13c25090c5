import DNSWire
import TestSupport
import Testing

@Suite("Hostile queries")
struct QueryFuzzTests {
    /// Queries to start from: plain, with EDNS, with records.
    private static let seeds: [[UInt8]] = [
        packet(flags: 0x0100, webQuestion),
        packet(counts: [1, 0, 0, 1], webQuestion + opt(flags: 0x8000)),
        packet(counts: [1, 0, 0, 1], webQuestion + opt(octets("00 0A 00 04 01 02 03 04"))),
        packet(
            counts: [1, 1, 1, 1],
            webQuestion + octets("C0 0C 00 01 00 01 00 00 00 05 00 04 0A 00 00 01")
                + octets("C0 10 00 02 00 01 00 00 00 05 00 02 C0 0C") + opt()
        ),
        packet(name(labels: [63, 63, 63, 61]) + [0, 28, 0, 1]),
        packet(flags: 0x2000, counts: [0, 0, 0, 0], []),
    ]

    private func mutated(_ generator: inout SeededGenerator) -> [UInt8] {
        var octets = Self.seeds[generator.number(0...Self.seeds.count - 1)]
        for _ in 0..<generator.number(1...4) {
            switch generator.number(0...5) {
            case 0 where octets.count > 1: octets.removeLast(generator.number(1...octets.count - 1))
            case 1: octets += generator.octets(1...12)
            case 2: octets.insert(generator.octet(), at: generator.number(0...octets.count))
            case 3 where octets.count > 13:
                // A pointer somewhere, to somewhere near.
                let place = generator.number(12...octets.count - 2)
                octets[place] = 0xC0
                octets[place + 1] = UInt8(generator.number(0...60))
            default: octets[generator.number(0...octets.count - 1)] = generator.octet()
            }
        }
        // Most mutations should get past the header.
        if octets.count > 2, !generator.chance(4) { octets[2] &= 0x07 }
        return octets
    }

    /// Checks one packet; returns whether it is a query to be answered.
    private func check(_ packet: [UInt8]) -> Bool {
        let query = read(packet)
        guard query.verdict == .answer else { return false }
        guard let message = try? Message(decoding: packet) else {
            Issue.record("accepted, but no message: \(packet)")
            return false
        }
        let question = message.questions.first
        if message.questions.count != 1 || question?.name.lowercased.octets != query.name
            || question?.type.rawValue != query.view.type
            || question?.recordClass.rawValue != query.view.recordClass
            || (message.edns != nil) != query.view.hasEDNS
            || message.edns.map({ $0.isDNSSECOK }) ?? false != query.view.dnssecOK
        {
            Issue.record("read differently: \(packet)")
        }
        return true
    }

    @Test func `random octets never trap`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<100_000 {
            _ = check(generator.octets(0...80))
        }
    }

    @Test func `what is to be answered is a message with the same question`() {
        var generator = SeededGenerator(seed: 2)
        var answered = 0
        for _ in 0..<150_000 where check(mutated(&generator)) { answered += 1 }
        // The test is worth something only if many mutants are still queries.
        #expect(answered > 10_000)
    }
}
