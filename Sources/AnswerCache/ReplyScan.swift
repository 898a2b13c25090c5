/// A reply, checked from the first octet to the last, with what the cache needs to know of it.
///
/// Stricter than DNS asks for: a compression pointer must lead to a label of a name that was read
/// before. Otherwise the stored reply would change its meaning when TTLs are written into it, or
/// when it is served to somebody who wrote the question in another case.
struct ReplyScan {
    /// A record of the reply.
    struct Record {
        /// The section: 0 answer, 1 authority, 2 additional.
        let section: UInt8
        /// Where the owner's name starts.
        let start: Int
        /// Where the type starts, after the owner's name.
        let fields: Int
        /// Where the record ends.
        let end: Int
        let type: UInt16
        let recordClass: UInt16

        /// Where the TTL is.
        var timeToLive: Int { fields + 4 }
        /// Where the data starts.
        var data: Int { fields + 10 }
    }

    private static let optType: UInt16 = 41
    private static let transactionSignatureType: UInt16 = 250

    /// The reply.
    let octets: ReplyOctets
    /// The flags word of the header.
    let flags: UInt16
    /// The upper eight bits of the response code, from the OPT record.
    private(set) var extendedCode: UInt8 = 0
    /// Where the question ends.
    let questionEnd: Int
    /// All records but OPT and TSIG, which belong to the message and not to the answer.
    private(set) var records: [Record] = []
    /// Where OPT and TSIG are.
    private(set) var omitted: [Range<Int>] = []
    /// Where compression pointers are, of names after the first omitted record.
    var latePointers: [Int] = []
    /// Which octets, below 0x4000, start a label: a bit for each.
    var labelStarts = InlineArray<256, UInt64>(repeating: 0)

    /// Checks a reply and reads it.
    ///
    /// Unsafe: the octets must stay for as long as the scan is used.
    @unsafe
    init(_ reply: UnsafeRawBufferPointer, for key: CacheKey) throws(StoreRefusal) {
        octets = unsafe ReplyOctets(reply)
        guard octets.count >= 12, octets.count <= CacheLimits.replyOctetsMax else {
            throw .malformed
        }
        flags = octets.word(2)
        questionEnd = 12 + key.nameOctetCount + 4
        guard flags & 0x8000 != 0, octets.word(4) == 1 else { throw .mismatched }
        try checkQuestion(key)
        let counts = [octets.word(6), octets.word(8), octets.word(10)].map { Int($0) }
        let total = counts[0] + counts[1] + counts[2]
        guard total * CacheLimits.recordOctetsMin <= octets.count - questionEnd else {
            throw .malformed
        }
        records.reserveCapacity(total)
        var offset = questionEnd
        for section in 0..<3 {
            for index in 0..<counts[section] {
                let isLast = section == 2 && index == counts[2] - 1
                offset = try readRecord(at: offset, section: UInt8(section), isLast: isLast)
            }
        }
        guard offset == octets.count else { throw .malformed }
    }

    /// Compares the question with the key, without case, and notes its labels.
    private mutating func checkQuestion(_ key: CacheKey) throws(StoreRefusal) {
        guard questionEnd <= octets.count else { throw .mismatched }
        for index in 0..<key.nameOctetCount {
            // SAFETY: the key's name holds nameOctetCount octets.
            let octet = unsafe key.name.load(fromByteOffset: index, as: UInt8.self)
            guard octets.lowercased(12 + index) == octet else { throw .mismatched }
        }
        guard try passName(at: 12, limit: questionEnd - 4) == questionEnd - 4,
            octets.word(questionEnd - 4) == key.type,
            octets.word(questionEnd - 2) == key.recordClass
        else { throw .mismatched }
    }

    private mutating func readRecord(
        at start: Int,
        section: UInt8,
        isLast: Bool
    ) throws(StoreRefusal) -> Int {
        let pointersBefore = latePointers.count
        let fields = try passName(at: start, limit: octets.count)
        guard fields + 10 <= octets.count else { throw .malformed }
        let type = octets.word(fields)
        let end = fields + 10 + Int(octets.word(fields + 8))
        guard end <= octets.count else { throw .malformed }
        switch type {
        case ReplyScan.optType:
            // One OPT at the root, in the additional section (RFC 6891 §6.1.1).
            guard section == 2, fields == start + 1, omitted.isEmpty else { throw .malformed }
            extendedCode = octets[fields + 4]
            // The owner is not stored, so nothing may point at it.
            forget(start)
            omitted.append(start..<end)
        case ReplyScan.transactionSignatureType:
            // The last record of the message (RFC 8945 §5.1).
            guard section == 2, isLast else { throw .malformed }
            latePointers.removeSubrange(pointersBefore...)
            omitted.append(start..<end)
        default:
            let record = Record(
                section: section,
                start: start,
                fields: fields,
                end: end,
                type: type,
                recordClass: octets.word(fields + 2)
            )
            try passData(of: record)
            records.append(record)
        }
        return end
    }
}

// What is stored.
extension ReplyScan {
    /// Octets after the question, OPT and TSIG left out.
    var storedOctetCount: Int {
        octets.count - questionEnd - omitted.reduce(0) { $0 + $1.count }
    }

    /// Where an octet of the reply is once OPT and TSIG are left out.
    func relocated(_ offset: Int) -> Int {
        offset - omitted.reduce(0) { $0 + ($1.lowerBound < offset ? $1.count : 0) }
    }

    /// Copies what is stored, and makes pointers right that passed over what is left out.
    ///
    /// Unsafe: `target` must have room for `storedOctetCount` octets.
    @unsafe
    func copyStored(to target: UnsafeMutableRawPointer) {
        var start = questionEnd
        var written = 0
        for gap in omitted + [octets.count..<octets.count] {
            // SAFETY: the parts between gaps have storedOctetCount octets in all.
            unsafe octets.copy(start..<gap.lowerBound, to: target + written)
            written += gap.lowerBound - start
            start = gap.upperBound
        }
        for pointer in latePointers {
            let goal = relocated(Int(octets.word(pointer) & 0x3FFF))
            let word = UInt16(truncatingIfNeeded: 0xC000 | goal).bigEndian
            // SAFETY: the pointer's two octets are in a record that is stored.
            unsafe target.storeBytes(
                of: word,
                toByteOffset: relocated(pointer) - questionEnd,
                as: UInt16.self
            )
        }
    }

    /// The least TTL of all records; of a denial, at most what its SOA says (RFC 2308 §5).
    ///
    /// Nil if there is no record.
    func leastTimeToLive(_ replyClass: ReplyClass) -> UInt32? {
        var least: UInt32?
        for record in records {
            var seconds = octets.doubleWord(record.timeToLive)
            if seconds > CacheLimits.timeToLiveMax { seconds = 0 }
            if replyClass == .nameError || replyClass == .noData, record.section == 1,
                record.type == 6
            {
                // MINIMUM is the last of the SOA's fields (RFC 1035 §3.3.13).
                seconds = min(seconds, octets.doubleWord(record.end - 4))
            }
            least = min(least ?? seconds, seconds)
        }
        return least
    }

    /// Whether two records that follow each other are of one set (RFC 2181 §5).
    func isSameSet(_ left: Record, _ right: Record) -> Bool {
        left.section == right.section && left.type == right.type
            && left.recordClass == right.recordClass && isSameName(left.start, right.start)
    }
}
