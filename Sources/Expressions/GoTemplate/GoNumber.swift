/// Numbers as Go's source writes them.
enum GoNumber {
    /// Reads `12`, `-0x1F`, `0b11`, `0o17` or `017`.
    static func integer(_ text: String) -> Int? {
        var digits = Substring(text)
        var isNegative = false
        if let sign = digits.utf8.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            digits = digits.dropFirst()
        }
        guard let first = digits.utf8.first, first.isASCIIDigit else { return nil }
        var radix = 10
        if first == UInt8(ascii: "0"), let mark = digits.utf8.dropFirst().first {
            switch mark | 0x20 {
            case UInt8(ascii: "x"): radix = 16
            case UInt8(ascii: "b"): radix = 2
            case UInt8(ascii: "o"): radix = 8
            default: radix = 0
            }
            digits = digits.dropFirst(radix == 0 ? 1 : 2)
            if radix == 0 { radix = 8 }
        }
        // A second sign would pass Int's own reading.
        guard digits.utf8.allSatisfy({ $0.hexadecimalValue != nil }) else { return nil }
        return Int((isNegative ? "-" : "") + digits, radix: radix)
    }

    /// Reads `1.5`, `.5`, `-1e9`.
    static func float(_ text: String) -> Double? {
        let allowed = text.utf8.allSatisfy {
            $0.isASCIIDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "+")
                || $0 == UInt8(ascii: "-") || $0 | 0x20 == UInt8(ascii: "e")
        }
        guard allowed, let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
