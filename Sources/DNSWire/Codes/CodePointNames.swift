/// The mnemonics of an IANA registry, with the spelling of the points that have none.
struct CodePointNames: Sendable {
    /// What stands before the number of a point without mnemonic, as in `TYPE65280`.
    let prefix: String
    private let names: [UInt16: String]
    private let codes: [String: UInt16]

    init(prefix: String, _ pairs: KeyValuePairs<UInt16, String>, aliases: [String: UInt16] = [:]) {
        self.prefix = prefix
        names = Dictionary(
            pairs.map { ($0.key, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        codes = Dictionary(
            pairs.map { ($0.value, $0.key) },
            uniquingKeysWith: { first, _ in first }
        )
        .merging(aliases, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the mnemonic of `code`, or the prefix and the number.
    func text(_ code: UInt16) -> String { names[code] ?? "\(prefix)\(code)" }

    /// Returns the code that `text`, in any case, stands for; nil if there is none.
    func code(_ text: String) -> UInt16? {
        // Mnemonics are ASCII and short; longer text is not worth folding.
        guard text.utf8.count <= 16 else { return nil }
        let upper = text.uppercased()
        if let code = codes[upper] { return code }
        guard upper.hasPrefix(prefix) else { return nil }
        let digits = upper.utf8.dropFirst(prefix.utf8.count)
        let isDecimal = digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        guard (1...5).contains(digits.count), isDecimal else { return nil }
        return UInt16(upper.dropFirst(prefix.count))
    }
}
