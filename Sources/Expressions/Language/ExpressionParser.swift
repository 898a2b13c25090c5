/// Parses an expression by the precedence of its operators, and checks types on the way.
struct ExpressionParser {
    private static let precedences: [String: Int] = [
        "|": 0, "or": 10, "||": 10, "and": 15, "&&": 15, "==": 20, "!=": 20, "<": 20, ">": 20,
        ">=": 20, "<=": 20, "in": 20, "matches": 20, "contains": 20, "startsWith": 20,
        "endsWith": 20, "..": 25, "+": 30, "-": 30, "*": 60, "/": 60, "%": 60, "**": 100, "^": 100,
        "??": 500,
    ]
    private static let negatable: Set<String> = [
        "in", "matches", "contains", "startsWith", "endsWith",
    ]
    private static let orders: Set<String> = ["<", ">", "<=", ">="]

    let source: String
    let tokens: [ExpressionToken]
    let declarations: [ExpressionDeclaration]
    var position = 0
    /// What `let` named so far, the innermost last.
    var locals: [(name: String, type: ValueType)] = []
    /// How many predicates surround the current word.
    var predicates = 0
    private var depth = 0

    init(source: String, tokens: [ExpressionToken], declarations: [ExpressionDeclaration]) {
        self.source = source
        self.tokens = tokens
        self.declarations = declarations
    }

    /// The current word; the last one is the end.
    var token: ExpressionToken { tokens[min(position, tokens.count - 1)] }

    /// Parses all of the expression.
    mutating func parse() throws(ExpressionError) -> ExpressionNode {
        let node = try expression()
        guard token.kind == .end else { throw unexpected() }
        return node
    }

    // MARK: Words

    func error(_ reason: String, at offset: Int) -> ExpressionError {
        ExpressionError(reason, at: offset, in: source)
    }

    func unexpected() -> ExpressionError {
        error("unexpected token \(token.name)", at: token.offset)
    }

    mutating func expect(operator text: String) throws(ExpressionError) {
        guard token.isOperator(text) else { throw unexpected() }
        position += 1
    }

    mutating func expect(bracket text: String) throws(ExpressionError) {
        guard token.isBracket(text) else { throw unexpected() }
        position += 1
    }

    mutating func identifier() throws(ExpressionError) -> ExpressionToken {
        let word = token
        guard word.kind == .identifier else { throw unexpected() }
        position += 1
        return word
    }

    func node(
        _ kind: ExpressionNode.Kind,
        _ type: ValueType,
        at offset: Int,
        above parts: [ExpressionNode] = []
    ) throws(ExpressionError) -> ExpressionNode {
        let height = (parts.map(\.height).max() ?? 0) + 1
        guard height <= Limits.expressionHeightMax else {
            throw error(
                "expression with more than \(Limits.expressionHeightMax) operators in a row;"
                    + " group them with parentheses",
                at: offset
            )
        }
        return ExpressionNode(kind: kind, type: type, offset: offset, height: height)
    }

    // MARK: Operators

    /// Parses an expression of operators that bind at least as tightly as `precedence`.
    mutating func expression(_ precedence: Int = 0) throws(ExpressionError) -> ExpressionNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.expressionDepthMax else {
            throw error(
                "expression nested deeper than \(Limits.expressionDepthMax)",
                at: token.offset
            )
        }
        if precedence == 0, token.isOperator("let") { return try binding() }
        if precedence == 0, token.isOperator("if") { return try condition() }
        var left = try primary()
        var previous = ""
        while token.kind == .operator {
            let start = position
            let isNegated = token.text == "not"
            if isNegated {
                position += 1
                guard ExpressionParser.negatable.contains(token.text) else { throw unexpected() }
            }
            let word = token
            guard let own = ExpressionParser.precedences[word.text], own >= precedence else {
                position = start
                break
            }
            if previous == "??", word.text != "??" {
                throw error(
                    "Operator (\(word.text)) and coalesce expressions (??) cannot be mixed."
                        + " Wrap either by parentheses.",
                    at: word.offset
                )
            }
            position += 1
            left = try operation(word, own, left)
            if isNegated {
                left = try node(.not(left), .bool, at: word.offset, above: [left])
            }
            previous = word.text
        }
        return precedence == 0 ? try conditional(left) : left
    }

    private mutating func operation(
        _ word: ExpressionToken,
        _ precedence: Int,
        _ left: ExpressionNode
    ) throws(ExpressionError) -> ExpressionNode {
        if word.text == "|" {
            let name = try identifier()
            return try postfix(try call(name, piped: left))
        }
        let isRightAssociative = word.text == "**" || word.text == "^"
        let right = try expression(isRightAssociative ? precedence : precedence + 1)
        guard ExpressionParser.orders.contains(word.text) else {
            return try binary(word, left, right)
        }
        // `1 < x < 9` means `1 < x && x < 9`.
        var result = try binary(word, left, right)
        var middle = right
        while token.kind == .operator, ExpressionParser.orders.contains(token.text) {
            let next = token
            position += 1
            let last = try expression(precedence + 1)
            let comparison = try binary(next, middle, last)
            result = try node(
                .and(result, comparison),
                .bool,
                at: next.offset,
                above: [result, comparison]
            )
            middle = last
        }
        return result
    }

    private func binary(
        _ word: ExpressionToken,
        _ left: ExpressionNode,
        _ right: ExpressionNode
    ) throws(ExpressionError) -> ExpressionNode {
        let parts = [left, right]
        switch word.text {
        case "&&", "and", "||", "or":
            guard ValueType.bool.accepts(left.type), ValueType.bool.accepts(right.type) else {
                throw mismatch(word, left, right)
            }
            let isAnd = word.text == "&&" || word.text == "and"
            let kind: ExpressionNode.Kind = isAnd ? .and(left, right) : .or(left, right)
            return try node(kind, .bool, at: word.offset, above: parts)
        case "??":
            let type = left.type == .null ? right.type : left.type.joined(with: right.type)
            return try node(.coalesce(left, right), type, at: word.offset, above: parts)
        default: break
        }
        guard let symbol = ExpressionOperator(spelling: word.text),
            let type = symbol.type(left.type, right.type)
        else { throw mismatch(word, left, right) }
        if symbol == .matches, case .literal(.string(let source)) = right.kind {
            let pattern = try compiled(source, at: right.offset)
            return try node(.matches(left, pattern), .bool, at: word.offset, above: [left])
        }
        return try node(.binary(symbol, left, right), type, at: word.offset, above: parts)
    }

    private func compiled(_ source: String, at offset: Int) throws(ExpressionError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(source)
        } catch {
            throw self.error(error.description, at: offset)
        }
    }

    private func mismatch(
        _ word: ExpressionToken,
        _ left: ExpressionNode,
        _ right: ExpressionNode
    ) -> ExpressionError {
        let types = "\(left.type.rawValue) and \(right.type.rawValue)"
        return error(
            "invalid operation: \(word.text) (mismatched types \(types))",
            at: word.offset
        )
    }

    // MARK: Conditions and names

    private mutating func conditional(
        _ first: ExpressionNode
    ) throws(ExpressionError) -> ExpressionNode {
        var result = first
        while token.isOperator("?") {
            let offset = token.offset
            position += 1
            let then = token.isOperator(":") ? result : try expression()
            try expect(operator: ":")
            let otherwise = try expression()
            result = try choice(result, then, otherwise, at: offset)
        }
        return result
    }

    private func choice(
        _ condition: ExpressionNode,
        _ then: ExpressionNode,
        _ otherwise: ExpressionNode,
        at offset: Int
    ) throws(ExpressionError) -> ExpressionNode {
        guard ValueType.bool.accepts(condition.type) else {
            throw error(
                "non-bool expression (type \(condition.type.rawValue)) used as condition",
                at: condition.offset
            )
        }
        return try node(
            .conditional(condition, then, otherwise),
            then.type.joined(with: otherwise.type),
            at: offset,
            above: [condition, then, otherwise]
        )
    }

    /// `if CONDITION { A } else { B }`.
    private mutating func condition() throws(ExpressionError) -> ExpressionNode {
        let offset = token.offset
        position += 1
        let condition = try expression()
        try expect(bracket: "{")
        let then = try expression()
        try expect(bracket: "}")
        try expect(operator: "else")
        if token.isOperator("if") {
            return try choice(condition, then, try expression(), at: offset)
        }
        try expect(bracket: "{")
        let otherwise = try expression()
        try expect(bracket: "}")
        return try choice(condition, then, otherwise, at: offset)
    }

    /// `let NAME = VALUE; BODY`.
    private mutating func binding() throws(ExpressionError) -> ExpressionNode {
        position += 1
        let name = try identifier()
        let isTaken =
            declarations.contains { $0.name == name.text }
            || locals.contains { $0.name == name.text }
        guard !isTaken else {
            throw error("cannot redeclare \(name.text)", at: name.offset)
        }
        try expect(operator: "=")
        let value = try expression()
        try expect(operator: ";")
        locals.append((name.text, value.type))
        defer { locals.removeLast() }
        let body = try expression()
        return try node(
            .bind(value: value, body: body),
            body.type,
            at: name.offset,
            above: [value, body]
        )
    }
}
