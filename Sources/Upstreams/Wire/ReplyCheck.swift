/// Whether a message answers a question.
enum ReplyMatch {
    /// It does.
    case answers
    /// It does but for the case of letters, which was random.
    case differsInCase
    /// It has no question, as servers that don't know EDNS may reply.
    case isBareError
    /// It answers another question, or is no answer.
    case differs
}

/// Compares a message with the query it should answer: both have the same identifier.
///
/// - Parameters:
///   - reply: The message, at least a header.
///   - query: The query as it was sent.
///   - end: Where the query's question ends.
///   - isExact: Whether the case of letters counts.
/// - Returns: How they differ, if they do.
func match(
    _ reply: UnsafeRawBufferPointer,
    query: UnsafeRawBufferPointer,
    end: Int,
    isExact: Bool
) -> ReplyMatch {
    // A response, of the same operation.
    guard unsafe reply.word(2) & 0xF800 == query.word(2) & 0x7800 | 0x8000 else { return .differs }
    if unsafe reply.word(4) == 0 {
        let code = unsafe reply.word(2) & 0xF
        return code == 1 || code == 4 ? .isBareError : .differs
    }
    guard unsafe reply.word(4) == 1, reply.count >= end else { return .differs }
    let start = RequestShape.headerOctets
    // Most upstreams send the question back as it was.
    if unsafe isEqual(query, reply, start..<end) { return .answers }
    var isSameCase = true
    for offset in RequestShape.headerOctets..<end {
        let ours = unsafe query[offset]
        let theirs = unsafe reply[offset]
        if ours == theirs { continue }
        // Type and class are behind the name: there only the same octets will do.
        guard offset < end - 4, lowercased(ours) == lowercased(theirs) else { return .differs }
        isSameCase = false
    }
    return isSameCase || !isExact ? .answers : .differsInCase
}

/// The records of a reply, walked once.
struct ReplyShape {
    /// Where the last record ends; what follows is no part of the message.
    private(set) var end: Int
    /// Where the OPT record starts; nil if there is none.
    private(set) var optStart: Int?
    /// Records of the additional section.
    private(set) var additionalCount: UInt16
    /// Those of them that are in front of the OPT record.
    private(set) var countBeforeOPT: UInt16 = 0
    /// The response code, with the upper bits of EDNS (RFC 6891 §6.1.3).
    private(set) var code: UInt16

    /// Whether there is an OPT record.
    var hasEDNS: Bool { optStart != nil }

    /// Walks a reply whose question ends at `start`; nil if a record is cut, and if OPT records are
    /// not as RFC 6891 §6.1.1 has them: at most one, without a name, among the additional records.
    init?(_ octets: UnsafeRawBufferPointer, from start: Int) {
        code = unsafe octets.word(2) & 0xF
        additionalCount = unsafe octets.word(10)
        var offset = start
        let records = unsafe Int(octets.word(6)) + Int(octets.word(8))
        for index in 0..<(records + Int(additionalCount)) {
            guard let name = unsafe Self.nameEnd(octets, offset), name + 10 <= octets.count else {
                return nil
            }
            let next = unsafe name + 10 + Int(octets.word(name + 8))
            guard next <= octets.count else { return nil }
            if unsafe octets.word(name) == 41 {
                guard index >= records, optStart == nil, name == offset + 1 else { return nil }
                optStart = offset
                countBeforeOPT = UInt16(index - records)
                code = unsafe code & 0xF | UInt16(octets[name + 4]) << 4
            }
            offset = next
        }
        end = offset
    }

    /// Where a name ends: at its root label, or after its first pointer (RFC 1035 §4.1.4).
    private static func nameEnd(_ octets: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var offset = start
        while offset < octets.count {
            let length = unsafe Int(octets[offset])
            switch length {
            case 0: return offset + 1
            case 1...63: offset += 1 + length
            case 0xC0...0xFF: return offset + 2
            default: return nil
            }
            guard offset - start < 255 else { return nil }
        }
        return nil
    }
}
