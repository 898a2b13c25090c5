extension QueryView {
    /// The type code of the OPT pseudo record (RFC 6891 §6.1.1).
    private static var optType: UInt16 { 41 }
    /// The option that asks for the name server's identifier (RFC 5001 §2.1).
    private static var identifierOption: UInt16 { 3 }
    /// Records a query may carry beside its question; more is noise that costs time to skip.
    private static var recordCountMax: Int { 16 }

    /// Reads what follows the question of nearly all queries: nothing, or an OPT record without
    /// options.
    ///
    /// - Returns: False, with nothing changed, if there is anything else.
    @inline(__always)
    mutating func readUsualRecords(_ packet: UnsafeRawBufferPointer) -> Bool {
        let rest = packet.count &- questionEnd
        // No answers, no authority records, and as many additional ones as are looked for.
        guard unsafe packet.word(at: 6) | packet.word(at: 8) == 0 else { return false }
        let additional = unsafe packet.word(at: 10)
        if additional == 0 { return rest == 0 }
        guard additional == 1, rest == 11, let base = packet.baseAddress else { return false }
        // SAFETY: there are 11 octets from questionEnd on: the root, OPT, the payload size, the
        // extended code, the version, flags, and the octets of options.
        let record = unsafe base + questionEnd
        let first = unsafe UInt64(bigEndian: record.loadUnaligned(as: UInt64.self))
        let last = unsafe record.loadUnaligned(fromByteOffset: 9, as: UInt16.self)
        guard first &>> 40 == UInt64(QueryView.optType), last == 0 else { return false }
        hasEDNS = true
        udpPayloadOctets = max(512, UInt16(truncatingIfNeeded: first &>> 24))
        ednsVersion = UInt8(truncatingIfNeeded: first &>> 8)
        dnssecOK = first & 0x80 != 0
        return true
    }

    /// Reads what follows the question: the OPT record is understood, others are only checked.
    ///
    /// - Returns: False if the packet is malformed: a record that runs over the end, two OPT
    ///   records (RFC 6891 §6.1.1), or octets after the last record.
    mutating func readRecords(_ packet: UnsafeRawBufferPointer) -> Bool {
        let answers = unsafe Int(packet.word(at: 6)) + Int(packet.word(at: 8))
        let additional = unsafe Int(packet.word(at: 10))
        guard answers + additional <= QueryView.recordCountMax else { return false }
        var offset = questionEnd
        var hasOthers = false
        for index in 0..<(answers + additional) {
            guard let fields = unsafe QueryView.skipName(packet, at: offset),
                fields + 10 <= packet.count
            else { return false }
            let type = unsafe packet.word(at: fields)
            let data = fields + 10
            let dataCount = unsafe Int(packet.word(at: fields + 8))
            guard data + dataCount <= packet.count else { return false }
            if type == QueryView.optType {
                // The owner of OPT is the root: a single zero octet.
                guard index >= answers, !hasEDNS, fields == offset + 1 else { return false }
                hasEDNS = true
                udpPayloadOctets = unsafe max(512, packet.word(at: fields + 2))
                ednsVersion = unsafe packet[fields + 5]
                dnssecOK = unsafe packet.word(at: fields + 6) & 0x8000 != 0
                guard unsafe readOptions(packet, from: data, to: data + dataCount) else {
                    return false
                }
            } else {
                hasOthers = true
            }
            offset = data + dataCount
        }
        guard offset == packet.count else { return false }
        // Hardly any query carries other records; those of one that does must be well-formed too.
        guard hasOthers else { return true }
        return unsafe (try? Message(decoding: packet)) != nil
    }

    private mutating func readOptions(
        _ packet: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int
    ) -> Bool {
        var offset = start
        while offset < end {
            guard offset + 4 <= end else { return false }
            let code = unsafe packet.word(at: offset)
            let count = unsafe Int(packet.word(at: offset + 2))
            guard offset + 4 + count <= end else { return false }
            if code == QueryView.identifierOption { wantsIdentifier = true }
            offset += 4 + count
        }
        return true
    }

    /// The offset after the name at `start`; nil if the name is malformed.
    ///
    /// Pointers are not followed: their target does not matter here.
    static func skipName(_ packet: UnsafeRawBufferPointer, at start: Int) -> Int? {
        var offset = start
        while offset < packet.count, offset - start < nameOctetCountMax {
            let length = unsafe Int(packet[offset])
            switch length {
            case 0: return offset + 1
            case 1...63: offset += 1 + length
            case 0xC0...0xFF:
                // A pointer must lead backwards, into the message's body (RFC 1035 §4.1.4).
                guard offset + 2 <= packet.count else { return nil }
                let target = unsafe Int(packet.word(at: offset) & 0x3FFF)
                return target < offset && target >= headerOctetCount ? offset + 2 : nil
            default: return nil
            }
        }
        return nil
    }
}
