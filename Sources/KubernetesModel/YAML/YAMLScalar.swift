/// What a scalar without quotes means, as Kubernetes' YAML library reads it.
///
/// These are YAML 1.1's rules with Go's spelling of numbers: `yes`, `on` and `y` are booleans,
/// `0x1F`, `0o17`, `017` and `1_000` are integers. Timestamps stay strings.
enum YAMLScalar {
    /// Gives the value of a plain scalar; `.number(.infinity)` or NaN where YAML says so.
    static func resolve(_ text: String) -> Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            return number(text) ?? .string(text)
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"),
            UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"),
            UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "~"):
            return text.utf8.count <= 5 ? word(text) : .string(text)
        default: return .string(text)
        }
    }

    private static func word(_ text: String) -> Value {
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N":
            .bool(false)
        case "null", "Null", "NULL", "~": .null
        default: .string(text)
        }
    }

    private static func number(_ text: String) -> Value? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: break
        }
        // No number is this long; a long text of digits isn't worth the look.
        guard text.utf8.count <= 400 else { return nil }
        let plain =
            text.utf8.contains(UInt8(ascii: "_"))
            ? String(decoding: text.utf8.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self) : text
        if let whole = integer(plain) { return whole }
        guard isFloat(plain), let number = Double(plain), number.isFinite else { return nil }
        return Value(number)
    }

    /// Reads an integer with Go's base prefixes.
    private static func integer(_ text: String) -> Value? {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits.removeFirst() }
        var radix = 10
        if digits.utf8.count > 1, digits.utf8.first == UInt8(ascii: "0") {
            switch digits.utf8.dropFirst().first {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): radix = 16
            case UInt8(ascii: "o"), UInt8(ascii: "O"): radix = 8
            case UInt8(ascii: "b"), UInt8(ascii: "B"): radix = 2
            default:
                radix = 8
                digits = "0o" + digits
            }
            digits = digits.dropFirst(2)
        }
        // `UInt64` takes a sign; the one that may be there is gone already.
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"),
            first != UInt8(ascii: "-"), let magnitude = UInt64(digits, radix: radix)
        else { return nil }
        if isNegative {
            guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
            return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
        }
        return Int64(exactly: magnitude).map(Value.integer) ?? .number(Double(magnitude))
    }

    /// Tells whether a text is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
    private static func isFloat(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func takeDigits() -> Int {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            rest = rest.dropFirst(digits)
            return digits
        }
        func take(_ first: UInt8, _ second: UInt8) -> Bool {
            guard rest.first == first || rest.first == second else { return false }
            rest = rest.dropFirst()
            return true
        }
        let dot = UInt8(ascii: ".")
        _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
        let whole = takeDigits()
        let fraction = take(dot, dot) ? takeDigits() : 0
        guard whole > 0 || fraction > 0 else { return false }
        if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
