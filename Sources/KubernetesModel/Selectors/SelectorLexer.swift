/// Cuts a label selector into words and signs.
struct SelectorLexer {
    /// A piece of a selector.
    enum Token: Equatable, CustomStringConvertible {
        case word(String)
        case equals
        case notEquals
        case greater
        case less
        case not
        case comma
        case open
        case close
        case end

        /// The piece as error messages show it.
        var description: String {
            switch self {
            case .word(let text): text
            case .equals: "="
            case .notEquals: "!="
            case .greater: ">"
            case .less: "<"
            case .not: "!"
            case .comma: ","
            case .open: "("
            case .close: ")"
            case .end: ""
            }
        }
    }

    private var rest: Substring.UnicodeScalarView
    /// The next piece.
    private(set) var peek: Token = .end

    /// Begins at the start of a text.
    init(_ text: String) {
        rest = text[...].unicodeScalars
        advance()
    }

    /// Goes on to the next piece.
    mutating func advance() {
        rest = rest.drop { " \t\r\n".unicodeScalars.contains($0) }
        guard let first = rest.popFirst() else {
            peek = .end
            return
        }
        switch first {
        case ",": peek = .comma
        case "(": peek = .open
        case ")": peek = .close
        case ">": peek = .greater
        case "<": peek = .less
        case "=":
            if rest.first == "=" { rest.removeFirst() }
            peek = .equals
        case "!":
            peek = rest.first == "=" ? .notEquals : .not
            if rest.first == "=" { rest.removeFirst() }
        default:
            let tail = rest.prefix { !",()=!<> \t\r\n".unicodeScalars.contains($0) }
            rest = rest[tail.endIndex...]
            var word = String(first)
            word.unicodeScalars.append(contentsOf: tail)
            peek = .word(word)
        }
    }

    /// Takes a value, which may be empty.
    mutating func takeValue() -> String {
        guard case .word(let text) = peek else { return "" }
        advance()
        return text
    }
}
