import DNSWire
import TestSupport
import Testing
import ZoneFiles

/// Mutated messages: whatever the octets, reading ends with a message or a `WireError`.
///
/// What libldns rejects must be rejected by us. What libldns accepts and we reject must be in
/// one of the classes that `acceptedDifferences` names.
@Suite("Hostile octets")
struct MutationTests {
    /// Where we are stricter than libldns, on purpose.
    static let acceptedDifferences: Set<WireError> = [
        // Octets after the message.
        .trailingOctets,
        // Several OPT records, one outside the additional section, or one with an owner.
        .misplacedOption,
        // A compression pointer in a type whose names must not be compressed (RFC 3597 §4).
        .unexpectedPointer,
        // A pointer into the header, or one that does not lead before the labels it follows.
        .badPointer,
        // Octets of record data beyond its format, fields that overlap the end, a bitmap that is
        // out of order, parameters out of order, a tag of other octets than letters and digits.
        .badRecordData,
    ]

    /// Whether a record is of a type that libldns has a format for and we keep as octets.
    static func hasTypeKnownToOracleOnly(_ message: Message) -> Bool {
        (message.answers + message.authorities + message.additionals).contains { record in
            if case .unknown(let type, let octets) = record.data {
                return type.rawValue < 260 && !octets.isEmpty
            }
            return false
        }
    }

    static func mutate(_ octets: [UInt8], with generator: inout SeededGenerator) -> [UInt8] {
        var octets = octets
        switch generator.number(0...6) {
        case 0:
            octets.removeLast(generator.number(0...octets.count))
        case 1:
            octets += generator.octets(1...20)
        case 2:
            octets = generator.octets(0...80)
        case 3:
            // A pointer to anywhere near.
            let index = generator.number(12...max(12, octets.count - 2))
            guard index + 1 < octets.count else { break }
            octets[index] = 0xC0
            octets[index + 1] = generator.octet()
        case 4:
            // Another count.
            octets[generator.number(0...3) * 2 + 5] = generator.octet()
        default:
            for _ in 0..<generator.number(1...4) {
                octets[generator.number(0...(octets.count - 1))] ^=
                    1 << UInt8(generator.number(0...7))
            }
        }
        return octets
    }

    @Test(arguments: 0..<10)
    func `mutated messages are read or refused, and never where libldns refuses`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(1_000 + seed))
        var accepted = 0
        var refused = 0
        for round in 0..<220 {
            let wire = try generator.message().encoded()
            for _ in 0..<10 {
                let octets = MutationTests.mutate(wire, with: &generator)
                let oracle = OracleMessage(reading: octets)
                do throws(WireError) {
                    let message = try Message(decoding: octets)
                    accepted += 1
                    let isExcused = MutationTests.hasTypeKnownToOracleOnly(message)
                    #expect(oracle != nil || isExcused, "seed \(seed) round \(round): \(octets)")
                    // What was read can be written, and is then the same message.
                    #expect(try Message(decoding: message.encoded()) == message)
                } catch {
                    refused += 1
                    guard oracle != nil else { continue }
                    #expect(
                        MutationTests.acceptedDifferences.contains(error),
                        "seed \(seed) round \(round): \(error) \(octets)"
                    )
                }
            }
        }
        #expect(accepted > 200)
        #expect(refused > 200)
    }

    @Test func `random octets are never more than an error`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let octets = generator.octets(0...64)
            if let message = try? Message(decoding: octets),
                !MutationTests.hasTypeKnownToOracleOnly(message)
            {
                #expect(OracleMessage(reading: octets) != nil, "\(octets)")
            }
        }
    }
}
