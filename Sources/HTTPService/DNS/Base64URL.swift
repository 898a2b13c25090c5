/// The base64 of URLs, without padding (RFC 4648 §5, RFC 8484 §4.1.1).
enum Base64URL {
    /// Reads a text of at most so many octets; nil if it is none, or holds more.
    static func decode(_ text: some StringProtocol, atMost octetsMax: Int) -> [UInt8]? {
        let count = text.utf8.count
        guard count % 4 != 1, count / 4 * 3 + (count % 4 == 0 ? 0 : count % 4 - 1) <= octetsMax
        else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount = 0
        for character in text.utf8 {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            octets.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        }
        return octets
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
