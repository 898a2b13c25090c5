/// How a string is written in YAML: plain, quoted, or as a block.
enum YAMLString {
    private enum Style {
        case plain
        case singleQuoted
        case doubleQuoted
        case block
    }

    /// Writes a string as a value; `indent` is the column of a block's lines.
    static func value(_ text: String, indent: Int) -> String {
        switch style(of: text) {
        case .plain: text
        case .singleQuoted: singleQuoted(text)
        case .doubleQuoted: doubleQuoted(text)
        case .block: block(text, indent: indent)
        }
    }

    /// Writes a string as a key.
    static func key(_ text: String) -> String {
        switch style(of: text) {
        case .plain where text != "<<": text
        case .singleQuoted: singleQuoted(text)
        default: doubleQuoted(text)
        }
    }

    private static func style(of text: String) -> Style {
        if isClearlyPlain(text) { return .plain }
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return .doubleQuoted }
        guard scalars.allSatisfy({ $0 == "\n" || isPrintable($0) }) else { return .doubleQuoted }
        if scalars.contains("\n") {
            // A block can't say white space at the end of a line or before its first letter.
            let canBeBlock = first != " " && first != "\n" && last != " " && !text.contains(" \n")
            return canBeBlock ? .block : .doubleQuoted
        }
        if isAmbiguous(text) { return .doubleQuoted }
        if first == " " || last == " " { return .singleQuoted }
        if "#,[]{}&*!|>'\"%@`".unicodeScalars.contains(first) { return .singleQuoted }
        if text.hasPrefix("---") || text.hasPrefix("...") { return .singleQuoted }
        let second = scalars.dropFirst().first
        if "-?:".unicodeScalars.contains(first), second == nil || second == " " {
            return .singleQuoted
        }
        if text.contains(": ") || text.contains(" #") || last == ":" { return .singleQuoted }
        return .plain
    }

    /// Whether a text is a word that no rule concerns; most keys and values are.
    private static func isClearlyPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, first | 0x20 >= UInt8(ascii: "a"),
            first | 0x20 <= UInt8(ascii: "z")
        else { return false }
        // "yes", "null" and their like are shorter than six letters.
        if text.utf8.count <= 5, "yntfo".utf8.contains(first | 0x20) { return false }
        return text.utf8.allSatisfy { octet in
            (octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z"))
                || (octet >= UInt8(ascii: "-") && octet <= UInt8(ascii: "9"))
                || octet == UInt8(ascii: "_")
        }
    }

    /// Whether a plain scalar would be read as something else by one of the YAML versions.
    private static func isAmbiguous(_ text: String) -> Bool {
        guard case .string = YAMLScalar.resolve(text) else { return true }
        return text == "<<" || text == "=" || isDate(text) || isSexagesimal(text)
    }

    /// Whether a text looks like a timestamp: `2026-11-22` and what follows it.
    private static func isDate(_ text: String) -> Bool {
        let octets = Array(text.utf8.prefix(11))
        guard octets.count >= 8, octets[..<4].allSatisfy(isDigit) else { return false }
        return octets[4] == UInt8(ascii: "-") && isDigit(octets[5])
            && octets[6...].contains(UInt8(ascii: "-"))
    }

    /// Whether a text is a number to the base of sixty: `1:30`.
    private static func isSexagesimal(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: ":")), let first = text.utf8.first,
            isDigit(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        else { return false }
        return text.utf8.dropFirst().allSatisfy {
            isDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "_")
        }
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
    }

    /// Whether libyaml lets a character stand as itself in every style.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x1_0000...0x10_FFFF:
            true
        default: false
        }
    }

    private static func singleQuoted(_ text: String) -> String {
        var out = "'"
        for scalar in text.unicodeScalars {
            out.unicodeScalars.append(scalar)
            if scalar == "'" { out += "'" }
        }
        return out + "'"
    }

    private static func doubleQuoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case _ where isPrintable(scalar): out.unicodeScalars.append(scalar)
            case _ where scalar.value <= 0xFF: out += "\\x" + hexadecimal(scalar.value, digits: 2)
            case _ where scalar.value <= 0xFFFF: out += "\\u" + hexadecimal(scalar.value, digits: 4)
            default: out += "\\U" + hexadecimal(scalar.value, digits: 8)
            }
        }
        return out + "\""
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Writes a literal block (YAML 1.2.2 §8.1.2), its chomping mark first.
    private static func block(_ text: String, indent: Int) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var mark = "|-"
        if lines.last?.isEmpty == true {
            lines.removeLast()
            mark = lines.last?.isEmpty == true ? "|+" : "|"
        }
        let margin = String(repeating: " ", count: indent)
        return mark + lines.map { $0.isEmpty ? "\n" : "\n" + margin + $0 }.joined()
    }
}
