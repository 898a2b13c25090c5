/// A word of an expression.
struct ExpressionToken: Equatable {
    /// The kinds of words, by expr's names for them.
    enum Kind: String {
        case identifier = "Identifier"
        case number = "Number"
        case string = "String"
        case `operator` = "Operator"
        case bracket = "Bracket"
        case end = "EOF"
    }

    let kind: Kind
    let text: String
    let offset: Int

    var name: String { kind == .end ? "EOF" : "\(kind.rawValue)(\(text.quoted))" }

    func isOperator(_ text: String) -> Bool { kind == .operator && self.text == text }

    func isBracket(_ text: String) -> Bool { kind == .bracket && self.text == text }
}

/// Cuts an expression into words.
struct ExpressionLexer {
    private static let words: Set<String> = [
        "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "not", "let", "if",
        "else",
    ]
    /// The longest first.
    private static let symbols = [
        "==", "!=", "<=", ">=", "&&", "||", "**", "..", "?.", "??", "::", "+", "-", "*", "/", "%",
        "^", "<", ">", "!", "?", ":", ".", ",", "|", "#", ";", "=",
    ].map { (text: $0, octets: Array($0.utf8)) }

    private let source: String
    private let octets: [UInt8]
    private var offset = 0

    init(_ source: String) {
        self.source = source
        octets = Array(source.utf8)
    }

    /// Returns all words, the end as the last.
    mutating func tokens() throws(ExpressionError) -> [ExpressionToken] {
        var tokens: [ExpressionToken] = []
        while try skipBlanks() {
            tokens.append(try next())
        }
        tokens.append(ExpressionToken(kind: .end, text: "", offset: octets.count))
        return tokens
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < octets.count ? octets[offset + distance] : nil
    }

    private func text(from start: Int) -> String {
        String(decoding: octets[start..<offset], as: UTF8.self)
    }

    private func error(_ reason: String, at offset: Int) -> ExpressionError {
        ExpressionError(reason, at: offset, in: source)
    }

    /// Skips white space and comments; false at the end.
    private mutating func skipBlanks() throws(ExpressionError) -> Bool {
        while let octet = peek() {
            if octet.isTemplateSpace {
                offset += 1
            } else if octet == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let octet = peek(), octet != 0x0A { offset += 1 }
            } else if octet == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                guard let end = octets.firstOffset(of: Array("*/".utf8), from: offset + 2) else {
                    throw error("unclosed comment", at: offset)
                }
                offset = end + 2
            } else {
                return true
            }
        }
        return false
    }

    private mutating func next() throws(ExpressionError) -> ExpressionToken {
        let start = offset
        let octet = octets[offset]
        switch octet {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return ExpressionToken(kind: .string, text: try quotedText(octet), offset: start)
        case UInt8(ascii: "`"):
            return ExpressionToken(kind: .string, text: try rawText(), offset: start)
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            offset += 1
            return ExpressionToken(kind: .bracket, text: text(from: start), offset: start)
        default: break
        }
        if octet.isASCIIDigit || (octet == UInt8(ascii: ".") && peek(1)?.isASCIIDigit == true) {
            return try number()
        }
        if octet.startsName || octet == UInt8(ascii: "$") {
            offset += 1
            while let octet = peek(), octet.continuesName { offset += 1 }
            let word = text(from: start)
            let isWord = ExpressionLexer.words.contains(word)
            return ExpressionToken(
                kind: isWord ? .operator : .identifier,
                text: word,
                offset: start
            )
        }
        for symbol in ExpressionLexer.symbols where octets[offset...].starts(with: symbol.octets) {
            offset += symbol.octets.count
            return ExpressionToken(kind: .operator, text: symbol.text, offset: start)
        }
        let character = String(Unicode.Scalar(octet)).quoted
        throw error("unrecognized character: \(character)", at: start)
    }

    private mutating func number() throws(ExpressionError) -> ExpressionToken {
        let start = offset
        let prefix = peek(1).map { $0 | 0x20 }
        if peek() == UInt8(ascii: "0"), let prefix,
            prefix == UInt8(ascii: "x") || prefix == UInt8(ascii: "b")
                || prefix == UInt8(ascii: "o")
        {
            offset += 2
            while let octet = peek(), octet.isWord { offset += 1 }
            return ExpressionToken(kind: .number, text: text(from: start), offset: start)
        }
        func digits() {
            while let octet = peek(), octet.isASCIIDigit || octet == 0x5F { offset += 1 }
        }
        digits()
        // `1..3` is a range, so the dot of a fraction isn't followed by another.
        if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: ".") {
            offset += 1
            digits()
        }
        if let octet = peek(), octet | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { offset += 1 }
            digits()
        }
        if let octet = peek(), octet.continuesName {
            offset += 1
            throw error("bad number syntax: \(text(from: start).quoted)", at: start)
        }
        return ExpressionToken(kind: .number, text: text(from: start), offset: start)
    }

    private mutating func rawText() throws(ExpressionError) -> String {
        let start = offset
        offset += 1
        guard let end = octets[offset...].firstIndex(of: UInt8(ascii: "`")) else {
            throw error("literal not terminated", at: start)
        }
        defer { offset = end + 1 }
        return String(decoding: octets[offset..<end], as: UTF8.self)
    }

    private mutating func quotedText(_ quote: UInt8) throws(ExpressionError) -> String {
        let start = offset
        offset += 1
        var content: [UInt8] = []
        while let octet = peek(), octet != 0x0A {
            offset += 1
            if octet == quote { return String(decoding: content, as: UTF8.self) }
            guard octet == UInt8(ascii: "\\") else {
                content.append(octet)
                continue
            }
            guard let escaped = QuotedText.readEscape(octets, &offset, quotes: [quote]) else {
                throw error("invalid char escape", at: offset)
            }
            content += escaped
        }
        throw error("literal not terminated", at: start)
    }
}
