/// Texts are compared, searched and cut by octet, as Go does; Swift's own operations go by
/// character and take canonically equivalent texts for equal.
extension String {
    /// Tells whether two texts have the same octets.
    func sameOctets(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Tells whether the text is before another in the order of their octets.
    func precedesInOctets(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Tells whether the text starts with the octets of another.
    func startsWithOctets(_ prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    /// Tells whether the text ends with the octets of another.
    func endsWithOctets(_ suffix: String) -> Bool {
        utf8.count >= suffix.utf8.count && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// The text in double quotes with escapes, as Go's `%q` has it.
    var quoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0B}": result += "\\v"
            case "\u{0C}": result += "\\f"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\x" + (scalar.value < 0x10 ? "0" : "")
                result += String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Array where Element == UInt8 {
    /// Returns where the octets of another array first occur at or after an offset.
    func firstOffset(of needle: [UInt8], from start: Int = 0) -> Int? {
        guard !needle.isEmpty else { return start <= count ? start : nil }
        var offset = start
        while offset + needle.count <= count {
            if self[offset] == needle[0],
                self[offset..<(offset + needle.count)].elementsEqual(needle)
            {
                return offset
            }
            offset += 1
        }
        return nil
    }

    /// Returns where the octets of another array last occur.
    func lastOffset(of needle: [UInt8]) -> Int? {
        var offset = count - needle.count
        while offset >= 0 {
            if self[offset..<(offset + needle.count)].elementsEqual(needle) { return offset }
            offset -= 1
        }
        return nil
    }

    /// Returns the pieces between the occurrences of a separator, at most `limit` of them.
    func pieces(separatedBy separator: [UInt8], limit: Int = .max) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while pieces.count < limit - 1, let offset = firstOffset(of: separator, from: start) {
            pieces.append(Array(self[start..<offset]))
            start = offset + separator.count
        }
        pieces.append(Array(self[start...]))
        return pieces
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }

    var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

    /// A letter, a digit or an underscore.
    var isWord: Bool { isASCIIDigit || isASCIILetter || self == 0x5F }

    /// A letter or an underscore, or an octet of a letter beyond ASCII.
    var startsName: Bool { isASCIILetter || self == 0x5F || self >= 0x80 }

    /// Continues a name: letters, digits, underscores and octets beyond ASCII.
    var continuesName: Bool { startsName || isASCIIDigit }

    /// The value of a hexadecimal digit, or nil.
    var hexadecimalValue: UInt32? {
        switch self {
        case 0x30...0x39: UInt32(self - 0x30)
        case 0x41...0x46: UInt32(self - 0x41 + 10)
        case 0x61...0x66: UInt32(self - 0x61 + 10)
        default: nil
        }
    }

    var isTemplateSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
