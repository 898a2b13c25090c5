import DNSWire

/// One entry of a zone file: a record or a directive, brought on one line.
struct ZoneFileEntry: Equatable {
    /// The line on which it starts, counted from 1.
    var line: Int
    /// Whether it starts with a space: a record that takes the owner before it.
    var startsWithSpace: Bool
    /// The words, ASCII only: every other octet, and each that libldns could mistake for
    /// structure, is written `\DDD`.
    var words: [String]
}

/// Cuts the text of a zone file into entries (RFC 1035 §5.1).
struct ZoneFileEntries {
    private let octets: [UInt8]
    private let file: String
    private var index = 0
    private var line = 1

    init(octets: [UInt8], file: String) {
        self.octets = octets
        self.file = file
    }

    /// Reads the next entry that has words; nil at the end of the file.
    mutating func next() throws(ZoneFileError) -> ZoneFileEntry? {
        while index < octets.count {
            if let entry = try readEntry() { return entry }
        }
        return nil
    }

    /// Reads up to a newline outside parentheses; nil if there were no words.
    private mutating func readEntry() throws(ZoneFileError) -> ZoneFileEntry? {
        let start = index
        var entry = ZoneFileEntry(line: line, startsWithSpace: false, words: [])
        var depth = 0
        var openLine = line
        while index < octets.count {
            guard index - start <= ZoneFileLimits.entryOctetsMax else {
                throw error(.entryTooLong, line: entry.line)
            }
            let octet = octets[index]
            switch octet {
            case UInt8(ascii: "\n"):
                index += 1
                line += 1
                if depth == 0 { return entry.words.isEmpty ? nil : entry }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                if index == start { entry.startsWithSpace = true }
                index += 1
            case UInt8(ascii: "("):
                if depth == 0 { openLine = line }
                depth += 1
                index += 1
            case UInt8(ascii: ")"):
                guard depth > 0 else { throw error(.unbalancedParenthesis, line: line) }
                depth -= 1
                index += 1
            case UInt8(ascii: ";"):
                while index < octets.count, octets[index] != UInt8(ascii: "\n") { index += 1 }
            default:
                if entry.words.isEmpty { entry.line = line }
                entry.words.append(try readWord())
            }
        }
        guard depth == 0 else { throw error(.unbalancedParenthesis, line: openLine) }
        return entry.words.isEmpty ? nil : entry
    }

    /// Reads a word, quoted or bare, or of both kinds as in `alpn="h2,h3"`.
    private mutating func readWord() throws(ZoneFileError) -> String {
        var word: [UInt8] = []
        var isQuoted = false
        let start = index
        while index < octets.count, index - start <= ZoneFileLimits.entryOctetsMax {
            let octet = octets[index]
            if octet == UInt8(ascii: "\"") {
                isQuoted.toggle()
                word.append(octet)
                index += 1
                // A quote that closes ends the word, so that `"a""b"` are two strings.
                if !isQuoted { break }
                continue
            }
            if octet == UInt8(ascii: "\n") { break }
            if octet == 0 { throw error(.zeroOctet, line: line) }
            if !isQuoted, Array(" \t\r();".utf8).contains(octet) { break }
            index += 1
            if octet == UInt8(ascii: "\\") {
                readEscape(into: &word)
            } else {
                ZoneFileEntries.append(octet, to: &word)
            }
        }
        guard !isQuoted else { throw error(.openQuote, line: line) }
        return String(decoding: word, as: UTF8.self)
    }

    /// Takes what follows a backslash; digits stay as they are, for the name or libldns to judge.
    private mutating func readEscape(into word: inout [UInt8]) {
        let isDigit = { (octet: UInt8) in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
        }
        guard index < octets.count, octets[index] != UInt8(ascii: "\n") else {
            word.append(UInt8(ascii: "\\"))
            return
        }
        let octet = octets[index]
        index += 1
        // `\#` starts generic data (RFC 3597 §5); other plain characters need no care.
        let isPlain = octet == UInt8(ascii: "#") || isDigit(octet)
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(ASCIICase.lower(octet))
        if isPlain || isLetter {
            word += [UInt8(ascii: "\\"), octet]
        } else {
            ZoneFileEntries.appendEscaped(octet, to: &word)
        }
    }

    /// Appends an octet, as `\DDD` where it isn't plain ASCII or could be taken for structure.
    private static func append(_ octet: UInt8, to word: inout [UInt8]) {
        let isStructure = Array("();".utf8).contains(octet)
        if (0x20...0x7E).contains(octet), !isStructure {
            word.append(octet)
        } else {
            appendEscaped(octet, to: &word)
        }
    }

    private static func appendEscaped(_ octet: UInt8, to word: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        word += [UInt8(ascii: "\\"), zero + octet / 100, zero + octet / 10 % 10, zero + octet % 10]
    }

    private func error(_ problem: ZoneFileError.Problem, line: Int) -> ZoneFileError {
        ZoneFileError(file: file, line: line, problem: problem)
    }
}
