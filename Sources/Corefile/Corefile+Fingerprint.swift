extension Corefile {
    /// What a configuration is, for hashing: the same octets mean the same configuration.
    ///
    /// All imports and environment references are in their places, and each word has its file and
    /// line; comments and white space at the ends of lines are left out. The form is the JSON that
    /// CoreDNS' `reload` takes the SHA-512 of: words of the Corefile itself have no file, so that
    /// its path does not matter, and directives are grouped by name.
    public var canonicalOctets: [UInt8] {
        guard !blocks.isEmpty else { return Array("null".utf8) }
        var json = JSONOctets()
        json.list(blocks) { json, block in
            json.append("{\"Keys\":")
            json.list(block.keys) { $0.string($1.text) }
            json.append(",\"Tokens\":{")
            let groups = Dictionary(grouping: block.directives, by: \.name)
            // Go sorts the names by their octets.
            let names = groups.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for (index, name) in names.enumerated() {
                if index > 0 { json.append(",") }
                json.string(name)
                json.append(":")
                json.list((groups[name] ?? []).flatMap(\.tokens)) { json, token in
                    json.append("{\"File\":")
                    json.string(token.position.file == file ? "" : token.position.file)
                    json.append(",\"Line\":\(token.position.line),\"Text\":")
                    json.string(token.text)
                    json.append("}")
                }
            }
            json.append("}}")
        }
        return json.octets
    }
}

/// JSON as Go's `json.Marshal` writes it.
private struct JSONOctets {
    private(set) var octets: [UInt8] = []

    mutating func append(_ text: String) { octets += text.utf8 }

    mutating func list<Element>(
        _ elements: [Element],
        _ write: (inout JSONOctets, Element) -> Void
    ) {
        append("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            write(&self, element)
        }
        append("]")
    }

    mutating func string(_ text: String) {
        append("\"")
        defer { append("\"") }
        guard !text.utf8.allSatisfy(JSONOctets.isPlain) else { return append(text) }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": append("\\\(scalar)")
            case "\n": append(#"\n"#)
            case "\r": append(#"\r"#)
            case "\t": append(#"\t"#)
            case "\u{8}": append(#"\b"#)
            case "\u{C}": append(#"\f"#)
            case "\u{0}"..<" ", "<", ">", "&", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                append(#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits)
            default: octets += String(scalar).utf8
            }
        }
    }

    /// Whether an octet stands for itself, without a look at those around it.
    private static func isPlain(_ octet: UInt8) -> Bool {
        (0x20..<0x80).contains(octet) && !"\"\\<>&".utf8.contains(octet)
    }
}
