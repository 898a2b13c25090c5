/// The labels of a row, as they are written between braces.
struct LabelSet {
    /// The labels, sorted by name.
    let pairs: [(name: String, value: String)]
    /// The text between the braces, empty if there are no labels.
    let text: String

    /// Sorts and escapes labels; nil if a name can't be a label's, or comes twice.
    init?(_ labels: [(String, String)]) {
        guard labels.count <= Limits.labelCountMax else { return nil }
        let pairs = labels.map { (name: $0.0, value: Self.cut($0.1)) }.sorted { $0.name < $1.name }
        var text = ""
        for (index, pair) in pairs.enumerated() {
            guard Self.isLabelName(pair.name) else { return nil }
            if index > 0 {
                guard pairs[index - 1].name != pair.name else { return nil }
                text += ","
            }
            text += "\(pair.name)=\"\(Self.escape(pair.value, quote: true))\""
        }
        self.pairs = pairs
        self.text = text
    }

    /// Whether a name can be that of a label; `le` is for histograms' own use.
    static func isLabelName(_ name: String) -> Bool {
        name != "le" && !name.hasPrefix("__") && !name.contains(":") && isMetricName(name)
    }

    /// Whether a name can be that of a metric.
    static func isMetricName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { octet in
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: ":"): true
            default: false
            }
        }
    }

    /// Escapes what would end a line, and in a label's value what would end the value.
    static func escape(_ text: String, quote: Bool) -> String {
        guard
            text.utf8.contains(where: { octet in
                octet == UInt8(ascii: "\\") || octet == UInt8(ascii: "\n")
                    || (quote && octet == UInt8(ascii: "\""))
            })
        else { return text }
        var escaped = ""
        // By scalars: a carriage return and a line feed are one character.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func cut(_ value: String) -> String {
        guard value.utf8.count > Limits.labelOctetsMax else { return value }
        var short = String.UnicodeScalarView()
        var octets = 0
        for scalar in value.unicodeScalars {
            octets += UTF8.width(scalar)
            if octets > Limits.labelOctetsMax { break }
            short.append(scalar)
        }
        return String(short)
    }
}
