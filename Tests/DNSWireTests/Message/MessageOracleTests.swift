import DNSWire
import TestSupport
import Testing
import ZoneFiles

/// What we read of a message, in the shape that libldns' reading has.
private func sections(of message: Message) throws -> [[[UInt8]]] {
    let questions = message.questions.map { question in
        question.name.octets + octets(question.type.rawValue)
            + octets(question.recordClass.rawValue)
    }
    return try [questions]
        + [message.answers, message.authorities, message.additionals].map { records in
            try records.map { try $0.uncompressedOctets() }
        }
}

private func octets(_ value: UInt16) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
}

/// ASCII letters in lower case: a pointer to an equal name may change the case of a letter.
private func folded(_ sections: [[[UInt8]]]) -> [[[UInt8]]] {
    sections.map { $0.map { $0.map(ASCIICase.lower) } }
}

@Suite("RFC 1035 §4.1: messages, beside libldns")
struct MessageOracleTests {
    @Test(arguments: 0..<8)
    func `generated messages come back from the wire, and libldns reads the same`(seed: Int) throws
    {
        var generator = SeededGenerator(seed: UInt64(seed))
        for round in 0..<150 {
            let message = generator.message()
            let wire = try message.encoded()
            let decoded = try Message(decoding: wire)
            #expect(decoded == message, "seed \(seed) round \(round)")
            let oracle = try #require(OracleMessage(reading: wire), "seed \(seed) round \(round)")
            #expect(oracle.id == message.header.id)
            #expect(oracle.flags == message.header.flags & 0xFFBF)
            let theirs = [oracle.questions, oracle.answers, oracle.authorities, oracle.additionals]
                .map { $0.map(\.octets) }
            for (their, our) in try zip(folded(theirs), folded(sections(of: message))) {
                #expect(their.count == our.count)
                for (their, our) in zip(their, our) {
                    #expect(their == our, "\((try? ResourceRecord(decoding: our)) as Any)")
                }
            }
            #expect((oracle.edns == nil) == (message.edns == nil))
            if let edns = message.edns, let theirs = oracle.edns {
                #expect(theirs.udpPayloadSize == edns.udpPayloadSize)
                #expect(theirs.extended == message.header.responseCode.extended)
                #expect(theirs.version == edns.version)
                #expect((theirs.flags & 0x8000 != 0) == edns.isDNSSECOK)
                let options = edns.options.flatMap { option in
                    octets(option.code.rawValue) + octets(UInt16(option.data.count)) + option.data
                }
                #expect(theirs.options == options)
            }
        }
    }

    @Test(arguments: 0..<4)
    func `our text of a record, read by libldns, is the record`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(100 + seed))
        for _ in 0..<400 {
            let record = generator.record()
            let read = try? ResourceRecord(parsing: record.description)
            #expect(read == record, "\(record)")
        }
    }

    @Test(arguments: 0..<4)
    func `libldns' text of a record, read by libldns, is the record`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(200 + seed))
        for _ in 0..<400 {
            let record = generator.record()
            // libldns writes `@`, `$` and `"` bare in names, where they mean something else.
            let isPlain = ["\\\"", "\\@", "\\$"].allSatisfy { !record.description.contains($0) }
            guard isPlain else { continue }
            let read = try? ResourceRecord(parsing: record.libldnsText)
            #expect(read == record, "\(record)")
        }
    }
}
