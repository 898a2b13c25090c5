import OrderedCollections

/// Writes values as JSON text.
///
/// Compact text is what the store keeps: key order and unknown fields stay as they were applied.
/// Pretty text is what `-o json` prints.
public enum JSONWriter {
    /// Writes a value without white space, keys in their own order.
    public static func compact(_ value: Value) -> String {
        String(decoding: compactOctets(value), as: UTF8.self)
    }

    /// Writes a value without white space, keys in their own order, as UTF-8.
    public static func compactOctets(_ value: Value) -> [UInt8] {
        var out: [UInt8] = []
        append(value, to: &out)
        return out
    }

    /// Writes fields without white space, keys in their own order, as UTF-8.
    public static func compactOctets(_ fields: Fields) -> [UInt8] { compactOctets(.object(fields)) }

    /// Writes a value with four spaces per level and sorted keys, as `kubectl -o json` prints it.
    public static func pretty(_ value: Value) -> String {
        var out: [UInt8] = []
        appendPretty(value, indent: 0, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Writes a text as a JSON string, quotes included.
    public static func quoted(_ text: String) -> String {
        var out: [UInt8] = []
        append(text, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    private static func append(_ value: Value, to out: inout [UInt8]) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .number(let number): append(number, to: &out)
        case .string(let text): append(text, to: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                append(item, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let fields):
            out.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, item) in fields {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                append(key, to: &out)
                out.append(UInt8(ascii: ":"))
                append(item, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func appendPretty(_ value: Value, indent: Int, to out: inout [UInt8]) {
        switch value {
        case .array(let items) where !items.isEmpty:
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                newLine(indent: indent + 1, to: &out)
                appendPretty(item, indent: indent + 1, to: &out)
            }
            newLine(indent: indent, to: &out)
            out.append(UInt8(ascii: "]"))
        case .object(let fields) where !fields.isEmpty:
            out.append(UInt8(ascii: "{"))
            var isFirst = true
            for key in fields.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                newLine(indent: indent + 1, to: &out)
                append(key, to: &out)
                out.append(contentsOf: ": ".utf8)
                appendPretty(fields[key] ?? .null, indent: indent + 1, to: &out)
            }
            newLine(indent: indent, to: &out)
            out.append(UInt8(ascii: "}"))
        default: append(value, to: &out)
        }
    }

    private static func newLine(indent: Int, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        for _ in 0..<(4 * indent) { out.append(UInt8(ascii: " ")) }
    }

    /// Writes a double so that it reads back as the same double; JSON knows no infinity (RFC 8259
    /// §6), and no value that was read is one.
    private static func append(_ number: Double, to out: inout [UInt8]) {
        out.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
    }

    private static func append(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            if octet >= 0x20, octet != UInt8(ascii: "\""), octet != UInt8(ascii: "\\") {
                out.append(octet)
            } else {
                appendEscape(octet, to: &out)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ octet: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\\"))
        switch octet {
        case UInt8(ascii: "\n"): out.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\t"): out.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\r"): out.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(octet)
        default:
            let digits = Array("0123456789abcdef".utf8)
            out.append(contentsOf: "u00".utf8)
            out.append(digits[Int(octet >> 4)])
            out.append(digits[Int(octet & 15)])
        }
    }
}
