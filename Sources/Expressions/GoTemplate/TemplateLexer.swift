/// Cuts a template into text and the words of its actions.
///
/// - SeeAlso: Go text/template/parse.
struct TemplateLexer {
    static let keywords: Set<String> = [
        "if", "else", "end", "range", "with", "break", "continue", "define", "template", "block",
    ]

    private let name: String
    private let octets: [UInt8]
    private var offset = 0
    private var line = 1
    private var tokens: [TemplateToken] = []
    private var parentheses = 0
    private var actionLine = 1

    init(name: String, source: String) {
        self.name = name
        octets = Array(source.utf8)
    }

    /// Returns all words, the end as the last.
    ///
    /// A mistake is a word too: what is wrong before it is for the parser to tell first.
    mutating func run() -> [TemplateToken] {
        do throws(TemplateError) {
            try readAll()
        } catch {
            tokens.append(
                TemplateToken(kind: .mistake, text: error.reason, offset: offset, line: line)
            )
        }
        return tokens
    }

    private mutating func readAll() throws(TemplateError) {
        var trimsLeft = false
        while offset < octets.count {
            trimsLeft = try text(trimsLeft)
            guard offset < octets.count else { break }
            trimsLeft = try action()
        }
        append(.end, from: offset)
    }

    // MARK: Reading

    private func peek(_ distance: Int = 0) -> UInt8? {
        offset + distance < octets.count ? octets[offset + distance] : nil
    }

    private func starts(with text: String, at start: Int) -> Bool {
        start <= octets.count && octets[start...].starts(with: text.utf8)
    }

    private mutating func advance(to end: Int) {
        for index in offset..<end where octets[index] == 0x0A { line += 1 }
        offset = end
    }

    private mutating func append(_ kind: TemplateToken.Kind, from start: Int) {
        let text = String(decoding: octets[start..<offset], as: UTF8.self)
        tokens.append(TemplateToken(kind: kind, text: text, offset: start, line: line))
    }

    private func error(_ reason: String) -> TemplateError {
        TemplateError(name: name, line: line, reason: reason)
    }

    private func isSpace(_ index: Int) -> Bool {
        index < octets.count && octets[index].isTemplateSpace
    }

    // MARK: Text

    /// Reads text up to the next action, and says whether the text after it is to be trimmed.
    ///
    /// Comments are passed over; they trim as other actions do.
    private mutating func text(_ trimsLeft: Bool) throws(TemplateError) -> Bool {
        var start = offset
        let end = octets.firstOffset(of: Array("{{".utf8), from: offset) ?? octets.count
        if trimsLeft { while start < end, isSpace(start) { start += 1 } }
        let trimsRight = starts(with: "{{-", at: end) && isSpace(end + 3)
        var stop = end
        if trimsRight { while stop > start, isSpace(stop - 1) { stop -= 1 } }
        advance(to: start)
        if stop > start {
            let text = String(decoding: octets[start..<stop], as: UTF8.self)
            tokens.append(TemplateToken(kind: .text, text: text, offset: start, line: line))
        }
        advance(to: end)
        return false
    }

    // MARK: Actions

    /// Reads an action, and says whether it ends with a trim marker.
    private mutating func action() throws(TemplateError) -> Bool {
        let start = offset
        actionLine = line
        let trims = starts(with: "{{-", at: offset) && isSpace(offset + 3)
        var body = offset + (trims ? 3 : 2)
        var comment = body
        while trims, isSpace(comment) { comment += 1 }
        if starts(with: "/*", at: comment) { return try self.comment(at: comment) }
        if !trims { body = start + 2 }
        advance(to: body)
        append(.open, from: start)
        parentheses = 0
        while true {
            if starts(with: "}}", at: offset) || isTrimmedClose {
                guard parentheses == 0 else { throw error("unclosed left paren") }
                let trims = isTrimmedClose
                let start = offset
                advance(to: offset + (trims ? 4 : 2))
                append(.close, from: start)
                return trims
            }
            try word()
        }
    }

    private var isTrimmedClose: Bool { isSpace(offset) && starts(with: "-}}", at: offset + 1) }

    private mutating func comment(at start: Int) throws(TemplateError) -> Bool {
        guard let end = octets.firstOffset(of: Array("*/".utf8), from: start + 2) else {
            throw error("unclosed comment")
        }
        advance(to: end + 2)
        let trims = isTrimmedClose
        guard trims || starts(with: "}}", at: offset) else {
            throw error("comment ends before closing delimiter")
        }
        advance(to: offset + (trims ? 4 : 2))
        return trims
    }

    private mutating func word() throws(TemplateError) {
        let start = offset
        guard let octet = peek() else {
            let place = actionLine == line ? "" : " started at \(name):\(actionLine)"
            throw error("unclosed action" + place)
        }
        switch octet {
        case _ where octet.isTemplateSpace:
            while isSpace(offset), !isTrimmedClose { advance(to: offset + 1) }
            append(.space, from: start)
        case UInt8(ascii: "="): single(.assign)
        case UInt8(ascii: ":"):
            guard peek(1) == UInt8(ascii: "=") else { throw error("expected :=") }
            advance(to: offset + 2)
            append(.declare, from: start)
        case UInt8(ascii: "|"): single(.pipe)
        case UInt8(ascii: "\""): try quoted(octet, .string, "unterminated quoted string")
        case UInt8(ascii: "'"): try quoted(octet, .character, "unterminated character constant")
        case UInt8(ascii: "`"): try raw()
        case UInt8(ascii: "("):
            parentheses += 1
            single(.leftParenthesis)
        case UInt8(ascii: ")"):
            parentheses -= 1
            guard parentheses >= 0 else { throw error("unexpected right paren") }
            single(.rightParenthesis)
        case UInt8(ascii: "$"): try name(after: 1, .variable)
        case UInt8(ascii: ".") where peek(1)?.isASCIIDigit != true: try name(after: 1, .field)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): try number()
        case _ where octet.isASCIIDigit: try number()
        case _ where octet.startsName: try name(after: 0, .identifier)
        case 0x21...0x7E: single(.punctuation)
        default:
            let digits = String(octet, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: 4 - digits.utf8.count) + digits
            throw error("unrecognized character in action: U+\(padded)")
        }
    }

    private mutating func single(_ kind: TemplateToken.Kind) {
        let start = offset
        advance(to: offset + 1)
        append(kind, from: start)
    }

    private mutating func name(
        after prefix: Int,
        _ kind: TemplateToken.Kind
    ) throws(TemplateError) {
        let start = offset
        offset += prefix
        while let octet = peek(), octet.continuesName { offset += 1 }
        try checkTerminator()
        let text = String(decoding: octets[start..<offset], as: UTF8.self)
        switch kind {
        case .field where text == ".": append(.dot, from: start)
        case .identifier where TemplateLexer.keywords.contains(text):
            append(.keyword, from: start)
        case .identifier where text == "true" || text == "false": append(.bool, from: start)
        case .identifier where text == "nil": append(.null, from: start)
        default: append(kind, from: start)
        }
    }

    /// A name must be followed by something that can't be confused with it.
    private func checkTerminator() throws(TemplateError) {
        guard let octet = peek(), !octet.isTemplateSpace else { return }
        let terminators = Array(".,|:()=".utf8)
        guard !terminators.contains(octet), !starts(with: "}}", at: offset) else { return }
        let digits = String(octet, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 4 - digits.utf8.count) + digits
        throw error("bad character U+\(padded) '\(Unicode.Scalar(octet))'")
    }

    private mutating func number() throws(TemplateError) {
        let start = offset
        if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { offset += 1 }
        var previous: UInt8 = 0
        while let octet = peek() {
            let isSign = octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-")
            let isExponent =
                previous | 0x20 == UInt8(ascii: "e")
                && octets[start..<offset].allSatisfy {
                    $0 | 0x20 != UInt8(ascii: "x")
                }
            guard octet.isWord || octet == UInt8(ascii: ".") || (isSign && isExponent) else {
                break
            }
            previous = octet
            offset += 1
        }
        append(.number, from: start)
    }

    private mutating func quoted(
        _ quote: UInt8,
        _ kind: TemplateToken.Kind,
        _ complaint: String
    ) throws(TemplateError) {
        let start = offset
        offset += 1
        while let octet = peek(), octet != 0x0A {
            offset += octet == UInt8(ascii: "\\") ? 2 : 1
            guard offset <= octets.count else {
                offset = octets.count
                break
            }
            if octet == quote {
                append(kind, from: start)
                return
            }
        }
        throw error(complaint)
    }

    private mutating func raw() throws(TemplateError) {
        let start = offset
        guard let end = octets[(offset + 1)...].firstIndex(of: UInt8(ascii: "`")) else {
            throw error("unterminated raw quoted string")
        }
        advance(to: end + 1)
        append(.rawString, from: start)
    }
}
