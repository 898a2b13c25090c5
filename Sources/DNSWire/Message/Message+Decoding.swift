extension Message {
    /// Reads a message that fills `octets` exactly.
    ///
    /// - Throws: `WireError` if the octets are not one whole message.
    public init(decoding octets: [UInt8]) throws(WireError) {
        guard octets.count <= WireLimits.messageOctetsMax else { throw .noRoom }
        var reader = WireReader(octets: octets)
        let id = try reader.readUInt16()
        header = try Header(id: id, flags: reader.readUInt16())
        let questionCount = try Int(reader.readUInt16())
        let answerCount = try Int(reader.readUInt16())
        let authorityCount = try Int(reader.readUInt16())
        let additionalCount = try Int(reader.readUInt16())
        // Counts that the message has no room for are refused before anything is read.
        let least =
            questionCount * WireLimits.questionOctetsMin
            + (answerCount + authorityCount + additionalCount) * WireLimits.recordOctetsMin
        guard least <= reader.remaining else { throw .countTooLarge }
        questions = []
        for _ in 0..<questionCount { questions.append(try Question(reading: &reader)) }
        answers = try Message.readRecords(&reader, count: answerCount)
        authorities = try Message.readRecords(&reader, count: authorityCount)
        additionals = []
        for _ in 0..<additionalCount {
            let name = try reader.readName()
            let type = try RecordType(rawValue: reader.readUInt16())
            guard type == .opt else {
                additionals.append(
                    try ResourceRecord(name: name, type: type, reading: &reader)
                )
                continue
            }
            // One OPT record at the root, or the message is malformed (RFC 6891 §6.1.1).
            guard edns == nil, name.isRoot else { throw .misplacedOption }
            let (edns, extended) = try EDNS.read(&reader)
            self.edns = edns
            header.responseCode = ResponseCode(low: header.responseCode.low, extended: extended)
        }
        guard reader.isAtEnd else { throw .trailingOctets }
    }

    /// Reads a message from memory that the caller keeps alive for the call.
    ///
    /// - Throws: `WireError` if the octets are not one whole message.
    public init(decoding octets: UnsafeRawBufferPointer) throws(WireError) {
        // SAFETY: the octets are copied before the call returns.
        try unsafe self.init(decoding: Array(octets))
    }

    /// Reads a message from a span.
    ///
    /// - Throws: `WireError` if the octets are not one whole message.
    public init(decoding octets: borrowing RawSpan) throws(WireError) {
        // SAFETY: the octets are copied while the span is borrowed.
        try self.init(decoding: unsafe octets.withUnsafeBytes { unsafe Array($0) })
    }

    private static func readRecords(
        _ reader: inout WireReader,
        count: Int
    ) throws(WireError) -> [ResourceRecord] {
        var records: [ResourceRecord] = []
        for _ in 0..<count {
            let name = try reader.readName()
            let type = try RecordType(rawValue: reader.readUInt16())
            guard type != .opt else { throw .misplacedOption }
            records.append(try ResourceRecord(name: name, type: type, reading: &reader))
        }
        return records
    }
}
