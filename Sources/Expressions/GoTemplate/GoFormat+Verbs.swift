internal import Glibc

extension GoFormat.Layout {
    /// Fills a text up to the width with spaces.
    func padded(_ text: String) -> String {
        guard let width else { return text }
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        let blanks = String(repeating: " ", count: missing)
        return isLeft ? text + blanks : blanks + text
    }

    /// Puts sign, prefix and digits together, with zeros in between where asked for.
    func number(isNegative: Bool, prefix: String = "", digits: String) -> String {
        let sign = isNegative ? "-" : hasPlus ? "+" : hasSpace ? " " : ""
        let start = sign + prefix
        guard isZeroPadded, !isLeft, let width else { return padded(start + digits) }
        let missing = width - start.utf8.count - digits.utf8.count
        return start + String(repeating: "0", count: max(0, missing)) + digits
    }
}

extension GoFormat {
    /// Formats a whole number, or nil when the verb isn't for numbers.
    static func integer(_ value: Int, _ verb: Unicode.Scalar, _ layout: Layout) -> String? {
        let radix: Int
        var prefix = ""
        switch verb {
        case "d", "v": radix = 10
        case "b":
            radix = 2
            prefix = layout.isSharp ? "0b" : ""
        case "o", "O":
            radix = 8
            prefix = verb == "O" ? "0o" : layout.isSharp ? "0" : ""
        case "x", "X":
            radix = 16
            prefix = layout.isSharp ? "0\(verb)" : ""
        case "c": return layout.padded(String(character(value)))
        case "q": return layout.padded("'\(character(value))'")
        case "U":
            let digits = String(value.magnitude, radix: 16, uppercase: true)
            return layout.padded(
                "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
            )
        default: return nil
        }
        var digits = String(value.magnitude, radix: radix, uppercase: verb == "X")
        var layout = layout
        if let precision = layout.precision {
            // A precision switches zero padding off, and zero digits of zero are nothing.
            layout.isZeroPadded = false
            if precision == 0, value == 0 { digits = "" }
            digits = String(repeating: "0", count: max(0, precision - digits.utf8.count)) + digits
        }
        return layout.number(isNegative: value < 0, prefix: prefix, digits: digits)
    }

    private static func character(_ value: Int) -> Unicode.Scalar {
        UInt32(exactly: value).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    }

    /// Formats a text, or nil when the verb isn't for texts.
    static func string(_ text: String, _ verb: Unicode.Scalar, _ layout: Layout) -> String? {
        switch verb {
        case "s": return layout.padded(cut(text, layout))
        case "v": return layout.padded(layout.isSharp ? text.quoted : cut(text, layout))
        case "q": return layout.padded(cut(text, layout).quoted)
        case "x", "X":
            let octets = Array(text.utf8).prefix(layout.precision ?? .max)
            let digits = octets.map { octet in
                let digits = String(octet, radix: 16, uppercase: verb == "X")
                return (digits.utf8.count < 2 ? "0" : "") + digits
            }
            return layout.padded(digits.joined(separator: layout.hasSpace ? " " : ""))
        default: return nil
        }
    }

    private static func cut(_ text: String, _ layout: Layout) -> String {
        guard let precision = layout.precision else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
    }

    /// Formats a floating point number, or nil when the verb isn't for such.
    static func float(_ value: Double, _ verb: Unicode.Scalar, _ layout: Layout) -> String? {
        let digits: String
        switch verb {
        case _ where verb == "v" || (verb == "g" && layout.precision == nil):
            digits = Value.text(of: value.magnitude)
        case "e", "E", "f", "F", "g", "G":
            digits = printed(value.magnitude, verb, precision: layout.precision ?? 6)
        default: return nil
        }
        guard value.isFinite else {
            return layout.padded(Value.text(of: value))
        }
        return layout.number(isNegative: value.sign == .minus, digits: digits)
    }

    /// Lays out a positive number as C does, whose verbs for these are Go's.
    private static func printed(_ value: Double, _ verb: Unicode.Scalar, precision: Int) -> String {
        let format = "%.\(precision)\(verb)"
        // The largest number has 309 digits before the point.
        let capacity = precision + 320
        let octets: [UInt8] = unsafe Array(unsafeUninitializedCapacity: capacity) { buffer, count in
            // SAFETY: vsnprintf writes at most `capacity` octets, and reads one double.
            let length = unsafe withVaList([value]) { list in
                unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                    unsafe vsnprintf(characters.baseAddress, capacity, format, list)
                }
            }
            count = min(max(0, Int(length)), capacity - 1)
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
