import KubernetesModel
import TestSupport
import Testing

extension Value {
    /// Makes a value of any shape, strings that YAML finds hard among them.
    static func random(depth: Int, using generator: inout SeededGenerator) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3:
            let number = Double.random(in: -1e6...1e6, using: &generator) + 0.123
            return .number(number)
        case 4: return .string(randomText(using: &generator))
        case 5, 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    random(depth: depth - 1, using: &generator)
                }
            )
        default:
            var fields: Fields = [:]
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                fields[randomText(using: &generator)] = random(depth: depth - 1, using: &generator)
            }
            return .object(fields)
        }
    }

    static let hardTexts = [
        "", " ", "~", "null", "Null", "true", "yes", "Off", "y", "1", "-1", "0x1F", "0o17", "017",
        "1_000", "1.5", "1e3", ".5", ".inf", "-.INF", ".nan", "<<", "=", "-", "--", "---", "...",
        "--- a", "- a", "? a", ":", "a:", "a: b", "a:b", "a #b", "#a", "a#b", "'", "\"", "'a'",
        "it's", "\"a\"", "[a]", "{a}", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", ",a", "a,b",
        "2026-11-22", "2026-11-22T10:00:00Z", "1:30", "1:30:59.5", "a\nb", "a\nb\n", "a\n\n",
        "\n", "\na", " a\nb", "a \nb", "a\n b\n", "a\tb", "\ta", "a\t", "trailing ", "tab\t\nx",
        "é", "日本", "\u{1F600}", "\u{7F}", "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "\r", "a\r\nb",
        "a\\b", "a\u{1B}b", "\u{FFFE}", "a  b", "key with spaces", "a\n---\nb", "a\n...\n",
        "0b101", "+1", "+", "1__0", "_1", "0", "00", "08", "12e03", "1e", "e3", "1.", "+.5e-3",
        "99999999999999999999", "-9223372036854775808", "18446744073709551616",
    ]

    static func randomText(using generator: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return hardTexts[Int.random(in: 0..<hardTexts.count, using: &generator)]
        case 1:
            let alphabet = Array("abcXYZ019-_./: #'\"\\\n\té[]{}&*!|>%@`,?=")
            return String(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                }
            )
        default:
            let length = Int.random(in: 0...200, using: &generator)
            return String(repeating: "w x", count: length)
        }
    }
}

extension APIObject {
    /// Reads the only object of a YAML text.
    init(yaml text: String) throws {
        try self.init(YAMLReader.read(text))
    }
}
