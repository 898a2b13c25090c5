extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Reads an address from its text (RFC 4291 §2.2, dotted IPv4); nil if it isn't one.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        guard octets.count <= 45 else { return nil }
        if octets.contains(UInt8(ascii: ":")) {
            guard let words = IPAddress.readIPv6(octets[...]) else { return nil }
            let high = words[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            let low = words[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            self.init(ipv6High: high, low: low)
        } else {
            guard let bits = IPAddress.readIPv4(octets[...]) else { return nil }
            self.init(ipv4: bits)
        }
    }

    /// The address in its canonical form (RFC 5952 for IPv6).
    public var description: String {
        if isIPv4 {
            return (0..<4).map { String(low >> (24 - 8 * UInt64($0)) & 0xFF) }
                .joined(separator: ".")
        }
        let words = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - 16 * (index % 4)))
        }
        if high == 0, low >> 32 == 0xFFFF {
            return "::ffff:\(IPAddress(ipv4: UInt32(truncatingIfNeeded: low)))"
        }
        guard let zeros = IPAddress.longestZeroRun(words) else {
            return IPAddress.hexadecimal(words[...])
        }
        return IPAddress.hexadecimal(words[..<zeros.lowerBound]) + "::"
            + IPAddress.hexadecimal(words[zeros.upperBound...])
    }

    private static func hexadecimal(_ words: ArraySlice<UInt16>) -> String {
        words.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first longest run of two or more zero words (RFC 5952 §4.2).
    private static func longestZeroRun(_ words: [UInt16]) -> Range<Int>? {
        var best = 0..<0
        var start = 0
        for index in 0...words.count where index == words.count || words[index] != 0 {
            if index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best.count >= 2 ? best : nil
    }

    private static func readIPv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard let first = part.first, part.count <= 3 else { return nil }
            if part.count > 1, first == UInt8(ascii: "0") { return nil }
            var value: UInt32 = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private static func readIPv6(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        var gap: Int?
        var index = text.startIndex
        while index + 1 < text.endIndex {
            if text[index] == colon, text[index + 1] == colon {
                guard gap == nil else { return nil }
                gap = index
                // A third colon in a row is caught as an empty word on the right-hand side.
                index += 1
            }
            index += 1
        }
        guard let gap else {
            let words = readWords(text, mayEndDotted: true)
            return words?.count == 8 ? words : nil
        }
        guard
            let left = readWords(text[..<gap], mayEndDotted: false),
            let right = readWords(text[(gap + 2)...], mayEndDotted: true),
            left.count + right.count <= 7
        else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }

    /// Reads words between colons; only the end of an address may be dotted (RFC 4291 §2.2).
    private static func readWords(_ text: ArraySlice<UInt8>, mayEndDotted: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var words: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndDotted, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let bits = readIPv4(part) else { return nil }
                words.append(UInt16(truncatingIfNeeded: bits >> 16))
                words.append(UInt16(truncatingIfNeeded: bits))
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var value: UInt16 = 0
            for digit in part {
                guard let nibble = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
                value = value << 4 | UInt16(nibble)
            }
            words.append(value)
        }
        return words.count <= 8 ? words : nil
    }
}
