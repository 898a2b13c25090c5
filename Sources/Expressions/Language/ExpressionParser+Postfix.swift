extension ExpressionParser {
    /// Parses members, elements and slices that follow an operand.
    mutating func postfix(_ first: ExpressionNode) throws(ExpressionError) -> ExpressionNode {
        var result = first
        var isChain = false
        while true {
            let word = token
            if word.isOperator(".") || word.isOperator("?.") {
                position += 1
                let isOptional = word.text == "?."
                isChain = isChain || isOptional
                if isOptional, token.isBracket("[") {
                    result = try subscripted(result, isOptional: true)
                } else {
                    result = try member(result, isOptional: isOptional)
                }
            } else if word.isBracket("[") {
                result = try subscripted(result, isOptional: false)
            } else {
                break
            }
        }
        guard isChain else { return result }
        return try node(.chain(result), .any, at: result.offset, above: [result])
    }

    private mutating func member(
        _ base: ExpressionNode,
        isOptional: Bool
    ) throws(ExpressionError) -> ExpressionNode {
        let word = token
        // Operators such as `in` and `matches` are names here.
        let isName =
            word.kind == .identifier
            || (word.kind == .operator && word.text.utf8.allSatisfy(\.isASCIILetter))
        guard isName else { throw error("expected name", at: word.offset) }
        position += 1
        guard base.type == .map || base.type == .any || base.type == .null else {
            throw error("type \(base.type.rawValue) has no field \(word.text)", at: word.offset)
        }
        if token.isBracket("(") {
            throw error(
                "type \(base.type.rawValue) has no method \(word.text)",
                at: word.offset
            )
        }
        let key = try node(.literal(.string(word.text)), .string, at: word.offset)
        return try node(
            .member(base, key: key, isOptional: isOptional),
            .any,
            at: word.offset,
            above: [base]
        )
    }

    private mutating func subscripted(
        _ base: ExpressionNode,
        isOptional: Bool
    ) throws(ExpressionError) -> ExpressionNode {
        let offset = token.offset
        try expect(bracket: "[")
        let from = token.isOperator(":") ? nil : try expression()
        if token.isOperator(":") {
            position += 1
            let to = token.isBracket("]") ? nil : try expression()
            try expect(bracket: "]")
            return try slice(base, from, to, at: offset)
        }
        try expect(bracket: "]")
        guard let key = from else { throw unexpected() }
        let wanted: ValueType =
            switch base.type {
            case .list: .int
            case .map: .string
            case .any, .null: .any
            default:
                throw error("type \(base.type.rawValue) cannot be indexed", at: offset)
            }
        guard wanted.accepts(key.type) else {
            throw error(
                "cannot use \(key.type.rawValue) to index \(base.type.rawValue),"
                    + " want \(wanted.rawValue)",
                at: key.offset
            )
        }
        return try node(
            .member(base, key: key, isOptional: isOptional),
            .any,
            at: offset,
            above: [base, key]
        )
    }

    private func slice(
        _ base: ExpressionNode,
        _ from: ExpressionNode?,
        _ to: ExpressionNode?,
        at offset: Int
    ) throws(ExpressionError) -> ExpressionNode {
        guard base.type == .list || base.type == .string || base.type == .any else {
            throw error("cannot slice \(base.type.rawValue)", at: offset)
        }
        let bounds = [from, to].compactMap(\.self)
        for bound in bounds where !ValueType.int.accepts(bound.type) {
            throw error("non-integer slice index \(bound.type.rawValue)", at: bound.offset)
        }
        return try node(
            .slice(base, from: from, to: to),
            base.type,
            at: offset,
            above: [base] + bounds
        )
    }

    // MARK: Calls

    /// Parses the arguments of a call, and finds what is called.
    mutating func call(
        _ word: ExpressionToken,
        piped: ExpressionNode? = nil,
        hidesDeclared: Bool = false
    ) throws(ExpressionError) -> ExpressionNode {
        try expect(bracket: "(")
        let declared = declarations.firstIndex { $0.name == word.text }
        if let declared, !hidesDeclared {
            return try call(word, declared: declared, piped: piped)
        }
        guard let builtin = ExpressionBuiltin(rawValue: word.text) else { throw unknown(word) }
        var arguments = piped.map { [$0] } ?? []
        if builtin.takesPredicate {
            try predicateArguments(builtin, &arguments)
        } else {
            arguments += try items(until: ")")
        }
        let signature = builtin.signature
        let most = signature.isVariadic ? Int.max : signature.parameters.count
        try check(word, arguments, least: signature.required, most: most) { index in
            signature.parameters[min(index, signature.parameters.count - 1)]
        }
        return try node(
            .builtin(builtin, arguments),
            signature.result,
            at: word.offset,
            above: arguments
        )
    }

    private mutating func call(
        _ word: ExpressionToken,
        declared index: Int,
        piped: ExpressionNode?
    ) throws(ExpressionError) -> ExpressionNode {
        let declaration = declarations[index]
        guard let parameters = declaration.parameters else {
            throw error("\(word.text) is not a function", at: word.offset)
        }
        let arguments = (piped.map { [$0] } ?? []) + (try items(until: ")"))
        try check(word, arguments, least: parameters.count, most: parameters.count) {
            parameters[$0]
        }
        return try node(
            .declared(index, arguments),
            declaration.type,
            at: word.offset,
            above: arguments
        )
    }

    private func check(
        _ word: ExpressionToken,
        _ arguments: [ExpressionNode],
        least: Int,
        most: Int,
        wanted: (Int) -> ValueType
    ) throws(ExpressionError) {
        guard arguments.count >= least else {
            throw error(
                "not enough arguments to call \(word.text): expected \(least),"
                    + " got \(arguments.count)",
                at: word.offset
            )
        }
        guard arguments.count <= most else {
            throw error(
                "too many arguments to call \(word.text): expected \(most),"
                    + " got \(arguments.count)",
                at: word.offset
            )
        }
        for (index, argument) in arguments.enumerated() {
            let type = wanted(index)
            guard type.accepts(argument.type) else {
                throw error(
                    "cannot use \(argument.type.rawValue) as argument (type \(type.rawValue))"
                        + " to call \(word.text)",
                    at: argument.offset
                )
            }
        }
    }

    private mutating func predicateArguments(
        _ builtin: ExpressionBuiltin,
        _ arguments: inout [ExpressionNode]
    ) throws(ExpressionError) {
        if arguments.isEmpty {
            arguments.append(try expression())
            if token.isOperator(",") { position += 1 }
        }
        if !token.isBracket(")") {
            let hasBraces = token.isBracket("{")
            if hasBraces { position += 1 }
            predicates += 1
            defer { predicates -= 1 }
            arguments.append(try expression())
            if hasBraces { try expect(bracket: "}") }
            if token.isOperator(",") { position += 1 }
        }
        try expect(bracket: ")")
    }
}
