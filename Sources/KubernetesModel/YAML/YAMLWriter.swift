import OrderedCollections

/// Writes values as YAML, as `kubectl -o yaml` prints them.
///
/// Keys are sorted, lists stand at the indentation of their key, and a string is quoted only when
/// it would otherwise be read as something else. Unlike kubectl, long lines are not folded: a
/// folded string can't be searched.
public enum YAMLWriter {
    /// Writes a document, ending with a line break.
    public static func write(_ value: Value) -> String {
        var out = ""
        switch value {
        case .object(let fields) where !fields.isEmpty: writeFields(fields, indent: 0, to: &out)
        case .array(let items) where !items.isEmpty: writeItems(items, indent: 0, to: &out)
        default:
            out += scalar(value, indent: 2)
            out += "\n"
        }
        return out
    }

    private static func writeFields(_ fields: Fields, indent: Int, to out: inout String) {
        var isFirst = true
        for key in fields.keys.sorted(by: YAMLKeyOrder.precedes) {
            // The first key follows the "- " of its list.
            if !isFirst { out += String(repeating: " ", count: indent) }
            isFirst = false
            let text = YAMLString.key(key)
            if text.utf8.count > 128 {
                // Longer keys must be marked as such (YAML 1.2.2 §8.2.2).
                out += "? \(text)\n" + String(repeating: " ", count: indent) + ":"
            } else {
                out += "\(text):"
            }
            writeValue(fields[key] ?? .null, indent: indent, to: &out)
        }
    }

    /// Writes what follows a key's colon.
    private static func writeValue(_ value: Value, indent: Int, to out: inout String) {
        switch value {
        case .object(let fields) where !fields.isEmpty:
            out += "\n" + String(repeating: " ", count: indent + 2)
            writeFields(fields, indent: indent + 2, to: &out)
        case .array(let items) where !items.isEmpty:
            out += "\n" + String(repeating: " ", count: indent)
            writeItems(items, indent: indent, to: &out)
        default: out += " " + scalar(value, indent: indent + 2) + "\n"
        }
    }

    private static func writeItems(_ items: [Value], indent: Int, to out: inout String) {
        for (index, item) in items.enumerated() {
            if index > 0 { out += String(repeating: " ", count: indent) }
            out += "- "
            switch item {
            case .object(let fields) where !fields.isEmpty:
                writeFields(fields, indent: indent + 2, to: &out)
            case .array(let items) where !items.isEmpty:
                writeItems(items, indent: indent + 2, to: &out)
            default: out += scalar(item, indent: indent + 2) + "\n"
            }
        }
    }

    private static func scalar(_ value: Value, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? String(number) : "null"
        case .string(let text): YAMLString.value(text, indent: indent)
        case .array: "[]"
        case .object: "{}"
        }
    }
}
