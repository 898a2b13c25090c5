extension Value {
    /// The value as Go's `%v` prints it.
    public var text: String {
        switch self {
        case .null: "<nil>"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .float(let value): Value.text(of: value)
        case .string(let value): value
        case .list(let values): "[" + values.map(\.text).joined(separator: " ") + "]"
        case .map(let values):
            "map["
                + values.sorted { $0.key.precedesInOctets($1.key) }
                .map { "\($0.key):\($0.value.text)" }.joined(separator: " ") + "]"
        case .record(let record): "{\(record.typeName)}"
        case .function: "func"
        }
    }

    /// The name of the value's type as Go's messages have it.
    var typeName: String {
        switch self {
        case .null: "nil"
        case .bool: "bool"
        case .int: "int"
        case .float: "float64"
        case .string: "string"
        case .list: "[]interface {}"
        case .map: "map[string]interface {}"
        case .record(let record): record.typeName
        case .function: "func"
        }
    }

    /// The shortest text that reads back as the number, laid out as Go's `%g` does.
    ///
    /// Exponents below -4 and from 6 on are written out, as Go does for the shortest form.
    static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == 0 { return value.sign == .minus ? "-0" : "0" }
        let (digits, point) = shortestDigits(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        let exponent = point - 1
        if exponent < -4 || exponent >= 6 {
            let fraction =
                digits.count > 1 ? "." + String(decoding: digits[1...], as: UTF8.self) : ""
            let power = String(exponent.magnitude)
            let padded = power.utf8.count < 2 ? "0" + power : power
            let first = String(decoding: digits[..<1], as: UTF8.self)
            return "\(sign)\(first)\(fraction)e\(exponent < 0 ? "-" : "+")\(padded)"
        }
        let all = String(decoding: digits, as: UTF8.self)
        if point <= 0 { return "\(sign)0." + String(repeating: "0", count: -point) + all }
        if point >= digits.count {
            return sign + all + String(repeating: "0", count: point - digits.count)
        }
        let whole = String(decoding: digits[..<point], as: UTF8.self)
        return "\(sign)\(whole)." + String(decoding: digits[point...], as: UTF8.self)
    }

    /// The significant digits of a positive number, and where the decimal point is among them.
    private static func shortestDigits(of value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var text = Array(value.description.utf8)
        if let mark = text.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0
            text.removeSubrange(mark...)
        }
        for octet in text {
            if octet == UInt8(ascii: ".") { point = digits.count } else { digits.append(octet) }
        }
        var place = (point ?? digits.count) + exponent
        while digits.count > 1, digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
            place -= 1
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, place)
    }
}
