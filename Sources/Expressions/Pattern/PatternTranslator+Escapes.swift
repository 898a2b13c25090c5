extension PatternTranslator {
    /// Translates what starts with a backslash, outside of a class.
    mutating func escape() throws(PatternError) {
        guard let next = peek(1) else {
            throw PatternError("trailing backslash at end of expression", "")
        }
        switch next {
        case "A", "z", "b", "B":
            offset += 2
            writeAssertion("\\\(next)")
        case "Q":
            quotation()
        case "d", "D", "w", "W":
            offset += 2
            writeAtom("\\\(next)")
        case "s":
            offset += 2
            writeAtom("[\\t\\n\\f\\r\\x20]")
        case "S":
            offset += 2
            writeAtom("[^\\t\\n\\f\\r\\x20]")
        case "p", "P":
            writeAtom(try unicodeClass())
        default:
            writeAtom(PatternTranslator.literal(try escapedScalar()))
        }
    }

    /// `\Q…\E`: everything in between stands for itself.
    private mutating func quotation() {
        offset += 2
        while let scalar = peek() {
            if scalar == "\\", peek(1) == "E" {
                offset += 2
                return
            }
            offset += 1
            writeAtom(PatternTranslator.literal(scalar))
        }
    }

    /// Reads an escape that stands for one character, such as `\n`, `\x41` or `\.`.
    mutating func escapedScalar() throws(PatternError) -> UInt32 {
        let start = offset
        guard let scalar = peek(1) else {
            throw PatternError("trailing backslash at end of expression", "")
        }
        offset += 2
        switch scalar {
        case "1"..."7":
            // One digit would be a backreference, which RE2 doesn't have; more are octal.
            guard let next = peek(), next >= "0", next <= "7" else {
                throw PatternError(
                    "invalid escape sequence",
                    text(start, offset),
                    mend: "backreferences aren't part of RE2's syntax"
                )
            }
            return octal(from: scalar)
        case "0": return octal(from: scalar)
        case "x": return try hexadecimal(from: start)
        case "a": return 0x07
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        default:
            guard scalar.isASCII, scalar == "_" || !UInt8(ascii: scalar).isWord else {
                throw PatternError("invalid escape sequence", text(start, offset))
            }
            return scalar.value
        }
    }

    private mutating func octal(from first: Unicode.Scalar) -> UInt32 {
        var value = first.value - 0x30
        for _ in 0..<2 {
            guard let digit = peek(), digit >= "0", digit <= "7" else { break }
            value = value * 8 + (digit.value - 0x30)
            offset += 1
        }
        return value
    }

    private mutating func hexadecimal(from start: Int) throws(PatternError) -> UInt32 {
        func digit(_ scalar: Unicode.Scalar?) -> UInt32? {
            guard let scalar, scalar.isASCII else { return nil }
            return UInt8(ascii: scalar).hexadecimalValue
        }
        var value: UInt32 = 0
        if peek() == "{" {
            offset += 1
            var count = 0
            while let next = digit(peek()), value <= 0x10_FFFF {
                value = value * 16 + next
                offset += 1
                count += 1
            }
            if count > 0, peek() == "}", value <= 0x10_FFFF {
                offset += 1
                return value
            }
        } else if let high = digit(peek()), let low = digit(peek(1)) {
            offset += 2
            return high * 16 + low
        }
        throw PatternError("invalid escape sequence", text(start, offset + 1))
    }

    /// Reads `\pL`, `\p{Greek}`, `\P{^Lu}` and returns the same for PCRE2.
    mutating func unicodeClass() throws(PatternError) -> String {
        let start = offset
        var isNegative = peek(1) == "P"
        offset += 2
        var name = ""
        if peek() == "{" {
            guard let end = scalars[offset...].firstIndex(of: "}") else {
                throw PatternError("invalid character class range", text(start, scalars.count))
            }
            name = text(offset + 1, end)
            offset = end + 1
        } else if let scalar = peek() {
            name = String(scalar)
            offset += 1
        }
        if name.unicodeScalars.first == "^" {
            isNegative.toggle()
            name.unicodeScalars.removeFirst()
        }
        let source = text(start, offset)
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIILetter || $0 == 0x5F }) else {
            throw PatternError("invalid character class range", source)
        }
        noteUnicodeClass(source)
        let isCategory = name.utf8.count <= 2 || name == "Any"
        return (isNegative ? "\\P{" : "\\p{") + (isCategory ? name : "sc:" + name) + "}"
    }
}
