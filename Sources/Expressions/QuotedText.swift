/// The escapes in quoted texts, which expr and Go's templates share.
enum QuotedText {
    /// Reads what follows a backslash.
    ///
    /// - Parameters:
    ///   - octets: The source.
    ///   - offset: Where the character after the backslash is; moved behind the escape.
    ///   - quotes: The quotation marks that may be escaped.
    /// - Returns: The octets that the escape stands for, or nil when it is none.
    static func readEscape(_ octets: [UInt8], _ offset: inout Int, quotes: [UInt8]) -> [UInt8]? {
        guard offset < octets.count else { return nil }
        let letter = octets[offset]
        offset += 1
        switch letter {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"): return [letter]
        case _ where quotes.contains(letter): return [letter]
        case UInt8(ascii: "x"):
            return digits(octets, &offset, count: 2, radix: 16).map { [UInt8($0)] }
        case UInt8(ascii: "u"):
            return digits(octets, &offset, count: 4, radix: 16).flatMap(encoded)
        case UInt8(ascii: "U"):
            return digits(octets, &offset, count: 8, radix: 16).flatMap(encoded)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            offset -= 1
            return digits(octets, &offset, count: 3, radix: 8).map { [UInt8($0)] }
        default: return nil
        }
    }

    private static func encoded(_ value: UInt32) -> [UInt8]? {
        Unicode.Scalar(value).map { Array(String($0).utf8) }
    }

    private static func digits(
        _ octets: [UInt8],
        _ offset: inout Int,
        count: Int,
        radix: UInt32
    ) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard offset < octets.count, let digit = octets[offset].hexadecimalValue,
                digit < radix, value <= 0x10_FFFF
            else { return nil }
            value = value * radix + digit
            offset += 1
        }
        return value
    }
}
