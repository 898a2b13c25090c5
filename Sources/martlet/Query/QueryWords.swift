import DNSWire

/// The words of a question, in any order and with dig's: `@server +short NAME TYPE`.
struct QueryWords: Equatable {
    /// A flag in dig's form.
    enum Flag: String, CaseIterable {
        case short
        case tcp
        case noedns
        case dnssec
        case norecurse
    }

    /// What is asked for.
    var name: String?
    /// The type, if one is written.
    var type: RecordType?
    /// The server, if one is written.
    var server: String?
    /// The flags.
    var flags: Set<Flag> = []

    init(_ words: [String]) throws(Failure) {
        var plain: [String] = []
        for word in words {
            switch word.first {
            case "@": server = String(word.dropFirst())
            case "+": flags.insert(try QueryWords.flag(word))
            default: plain.append(word)
            }
        }
        guard plain.count <= 2 else {
            throw Failure("write a name and, if you like, a type", status: .usage)
        }
        name = plain.first
        guard plain.count == 2 else { return }
        if let type = RecordType(plain[1]) {
            self.type = type
        } else if let type = RecordType(plain[0]) {
            self.type = type
            name = plain[1]
        } else {
            throw QueryWords.noType(plain[1])
        }
    }

    private static func flag(_ word: String) throws(Failure) -> Flag {
        guard let flag = Flag(rawValue: String(word.dropFirst())) else {
            let known = Flag.allCases.map { "+\($0.rawValue)" }.joined(separator: ", ")
            throw Failure("'\(word)' is not known; known are \(known)", status: .usage)
        }
        return flag
    }

    /// The failure about a word that should be a type.
    static func noType(_ word: String) -> Failure {
        Failure(
            "'\(word)' is no record type: write A, AAAA, SRV or TYPE and a number",
            status: .usage
        )
    }
}
