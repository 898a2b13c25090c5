extension LabelSelector {
    /// Reads a selector: `app=web,tier!=db,env in (a,b),!old`; an empty text matches everything.
    ///
    /// The grammar is that of apimachinery's `labels.Parse`.
    /// - Throws: ``SelectorError`` that says what was expected where.
    public init(parsing text: String) throws(SelectorError) {
        guard text.utf8.count <= Limits.expressionOctetsMax else {
            throw SelectorError(
                "the selector has \(text.utf8.count) octets; "
                    + "at most \(Limits.expressionOctetsMax) are read"
            )
        }
        var lexer = SelectorLexer(text)
        var requirements: [Requirement] = []
        if lexer.peek != .end {
            while true {
                requirements.append(try LabelSelector.requirement(&lexer))
                guard lexer.peek == .comma else { break }
                lexer.advance()
            }
        }
        guard lexer.peek == .end else {
            throw SelectorError(
                "unable to parse requirement: found '\(lexer.peek)', "
                    + "expected: ',' or 'end of string'"
            )
        }
        self.init(requirements)
    }

    private static func requirement(
        _ lexer: inout SelectorLexer
    ) throws(SelectorError) -> Requirement {
        var isNegated = false
        if lexer.peek == .not {
            isNegated = true
            lexer.advance()
        }
        let key = try word(&lexer, expected: "!, identifier")
        if let message = NameRules.qualifiedName(key).first {
            throw SelectorError(
                "unable to parse requirement: \(message): \(JSONWriter.quoted(key))"
            )
        }
        if isNegated { return Requirement(key: key, condition: .isMissing) }
        let condition = try condition(&lexer)
        if case .isOneOf(let values) = condition { try check(values) }
        if case .isNoneOf(let values) = condition { try check(values) }
        return Requirement(key: key, condition: condition)
    }

    private static func condition(_ lexer: inout SelectorLexer) throws(SelectorError) -> Condition {
        let operation = lexer.peek
        switch operation {
        case .end, .comma: return .exists
        case .equals:
            lexer.advance()
            return .isOneOf([lexer.takeValue()])
        case .notEquals:
            lexer.advance()
            return .isNoneOf([lexer.takeValue()])
        case .greater, .less:
            lexer.advance()
            let text = lexer.takeValue()
            guard let bound = Int64(text) else {
                throw SelectorError(
                    "unable to parse requirement: for 'Gt', 'Lt' operators, "
                        + "the value must be an integer"
                )
            }
            return operation == .greater ? .isGreater(than: bound) : .isLess(than: bound)
        case .word("in"), .word("notin"):
            lexer.advance()
            let values = try values(&lexer)
            return operation == .word("in") ? .isOneOf(values) : .isNoneOf(values)
        default:
            throw SelectorError(
                "unable to parse requirement: found '\(operation)', "
                    + "expected: in, notin, =, ==, !=, gt, lt"
            )
        }
    }

    /// Reads `(a,b)`.
    private static func values(_ lexer: inout SelectorLexer) throws(SelectorError) -> [String] {
        guard lexer.peek == .open else {
            throw SelectorError("unable to parse requirement: found '\(lexer.peek)' expected: '('")
        }
        lexer.advance()
        var values: [String] = []
        while true {
            values.append(lexer.takeValue())
            if lexer.peek == .comma {
                lexer.advance()
            } else if lexer.peek == .close {
                lexer.advance()
                return values
            } else {
                throw SelectorError(
                    "unable to parse requirement: found '\(lexer.peek)', expected: ',' or ')'"
                )
            }
        }
    }

    private static func word(
        _ lexer: inout SelectorLexer,
        expected: String
    ) throws(SelectorError) -> String {
        guard case .word(let text) = lexer.peek else {
            throw SelectorError(
                "unable to parse requirement: found '\(lexer.peek)', expected: \(expected)"
            )
        }
        lexer.advance()
        return text
    }

    private static func check(_ values: [String]) throws(SelectorError) {
        for value in values {
            if let message = NameRules.labelValue(value).first {
                throw SelectorError(
                    "unable to parse requirement: \(message): \(JSONWriter.quoted(value))"
                )
            }
        }
    }
}

extension LabelSelector: CustomStringConvertible {
    /// The selector as it is written on a command line.
    public var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelSelector.Requirement: CustomStringConvertible {
    /// The requirement as it is written on a command line.
    public var description: String {
        switch condition {
        case .isOneOf(let values) where values.count == 1: "\(key)=\(values[0])"
        case .isNoneOf(let values) where values.count == 1: "\(key)!=\(values[0])"
        case .isOneOf(let values): "\(key) in (\(values.joined(separator: ",")))"
        case .isNoneOf(let values): "\(key) notin (\(values.joined(separator: ",")))"
        case .exists: key
        case .isMissing: "!\(key)"
        case .isGreater(let bound): "\(key)>\(bound)"
        case .isLess(let bound): "\(key)<\(bound)"
        }
    }
}
