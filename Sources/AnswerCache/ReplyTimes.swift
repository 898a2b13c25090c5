/// Times to live in a reply that is passed on at the time when it is stored.
public enum ReplyTimes {
    private static let optType: UInt16 = 41

    /// Lowers all TTLs above `seconds` to it; raises none.
    ///
    /// OPT is left alone: what it has in that place is no time.
    ///
    /// - Parameters:
    ///   - reply: The complete reply; it is not trusted.
    ///   - seconds: The most that a record may have.
    /// - Returns: False if the reply is malformed; records before that place may be changed.
    @discardableResult
    public static func lower(in reply: inout [UInt8], to seconds: UInt32) -> Bool {
        guard reply.count >= 12 else { return false }
        var offset = 12
        for _ in 0..<word(reply, 4) {
            guard let end = skipName(reply, offset), end + 4 <= reply.count else { return false }
            offset = end + 4
        }
        for _ in 0..<(word(reply, 6) + word(reply, 8) + word(reply, 10)) {
            guard let fields = skipName(reply, offset), fields + 10 <= reply.count else {
                return false
            }
            if word(reply, fields) != Int(optType) { lower(&reply, at: fields + 4, to: seconds) }
            offset = fields + 10 + word(reply, fields + 8)
            guard offset <= reply.count else { return false }
        }
        return offset == reply.count
    }

    private static func lower(_ reply: inout [UInt8], at offset: Int, to seconds: UInt32) {
        let present = UInt32(word(reply, offset)) << 16 | UInt32(word(reply, offset + 2))
        // One with the top bit set counts as 0 (RFC 2181 §8), which is lower already.
        guard present > seconds, present <= CacheLimits.timeToLiveMax else { return }
        for index in 0..<4 {
            reply[offset + index] = UInt8(truncatingIfNeeded: seconds >> UInt32(24 - 8 * index))
        }
    }

    private static func word(_ octets: [UInt8], _ offset: Int) -> Int {
        Int(octets[offset]) << 8 | Int(octets[offset + 1])
    }

    /// Where a name ends; pointers are not followed.
    private static func skipName(_ octets: [UInt8], _ start: Int) -> Int? {
        var offset = start
        while offset < octets.count {
            let length = Int(octets[offset])
            if length == 0 { return offset + 1 }
            if length >= 0xC0 { return offset + 2 <= octets.count ? offset + 2 : nil }
            guard length <= 63 else { return nil }
            offset += 1 + length
        }
        return nil
    }
}
