import DNSWire

/// The ranges of numbers in record data: libldns takes a number that is too large modulo its
/// field, so that `MX 70000` would be served as `MX 4464`.
enum NumberFields {
    /// The greatest values of the first words of a type's data; nil for a word that isn't checked.
    private static func maxima(_ type: RecordType) -> [UInt64?] {
        let octet: UInt64? = 0xFF
        let word: UInt64? = 0xFFFF
        let long: UInt64? = 0xFFFF_FFFF
        switch type {
        case .mx, .rt, .kx, .afsdb, .svcb, .https: return [word]
        case .srv: return [word, word, word]
        case .soa: return [nil, nil, long, long, long, long, long]
        case .naptr, .uri: return [word, word]
        case .px: return [word]
        case .caa: return [octet]
        case .tlsa, .smimea: return [octet, octet, octet]
        case .ds, .cds, .dnskey, .cdnskey, .key: return [word, octet, octet]
        case .sshfp: return [octet, octet]
        case .rrsig, .sig: return [nil, octet, octet, long]
        case .nsec3, .nsec3param: return [octet, octet, word]
        case .cert: return [word, word, octet]
        default: return []
        }
    }

    /// Returns why a number in the words of a type's data cannot be; nil if all can.
    static func problem(in words: ArraySlice<String>, type: RecordType) -> String? {
        // Generic data has only a count, which libldns checks (RFC 3597 §5).
        guard words.first != "\\#" else { return nil }
        for (word, maximum) in zip(words, maxima(type)) {
            if let maximum, let problem = problem(of: word, maximum: maximum) { return problem }
        }
        guard type == .svcb || type == .https else { return nil }
        for word in words where word.lowercased().hasPrefix("port=") {
            let value = word.dropFirst("port=".count).filter { $0 != "\"" }
            if let problem = problem(of: String(value), maximum: 0xFFFF) { return problem }
        }
        return nil
    }

    private static func problem(of word: String, maximum: UInt64) -> String? {
        guard !word.hasPrefix("-"), !word.hasPrefix("+") else {
            return "`\(word)` is not from 0 to \(maximum)"
        }
        let digits = word.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        // Times may have units, as in `1h30m`.
        let isNumber = digits.count == word.utf8.count
        let value = isNumber ? UInt64(word) : ZoneFileParser.timeToLive(word).map(UInt64.init)
        guard let value, value <= maximum else { return "`\(word)` is not from 0 to \(maximum)" }
        return nil
    }
}
