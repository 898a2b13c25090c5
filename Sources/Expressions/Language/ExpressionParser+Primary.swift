extension ExpressionParser {
    /// Parses an operand with its prefix operators and what follows it.
    mutating func primary() throws(ExpressionError) -> ExpressionNode {
        let word = token
        if word.kind == .operator {
            switch word.text {
            case "not", "!":
                position += 1
                return try prefix(word, .bool, try expression(50))
            case "-", "+":
                position += 1
                return try prefix(word, .float, try expression(90))
            case "#", ".":
                return try postfix(try element())
            case "::":
                position += 1
                return try postfix(try call(try identifier(), hidesDeclared: true))
            default: throw unexpected()
            }
        }
        if word.isBracket("(") {
            position += 1
            let inner = try expression()
            try expect(bracket: ")")
            return try postfix(inner)
        }
        return try postfix(try operand())
    }

    private mutating func prefix(
        _ word: ExpressionToken,
        _ wanted: ValueType,
        _ operand: ExpressionNode
    ) throws(ExpressionError) -> ExpressionNode {
        guard wanted.accepts(operand.type) else {
            throw error(
                "invalid operation: \(word.text) (mismatched type \(operand.type.rawValue))",
                at: word.offset
            )
        }
        switch word.text {
        case "not", "!":
            return try postfix(try node(.not(operand), .bool, at: word.offset, above: [operand]))
        case "-":
            if case .literal(.int(let value)) = operand.kind {
                return try postfix(try node(.literal(.int(0 &- value)), .int, at: word.offset))
            }
            return try postfix(
                try node(.negate(operand), operand.type, at: word.offset, above: [operand])
            )
        default: return try postfix(operand)
        }
    }

    /// `#`, `#index`, or the `.` of `.field`, in a predicate.
    private mutating func element() throws(ExpressionError) -> ExpressionNode {
        let word = token
        guard predicates > 0 else {
            throw error("cannot use pointer accessor outside predicate", at: word.offset)
        }
        guard word.text == "#" else { return try node(.element, .any, at: word.offset) }
        position += 1
        guard token.kind == .identifier, token.offset == word.offset + 1 else {
            return try node(.element, .any, at: word.offset)
        }
        guard token.text == "index" else {
            throw error("unknown pointer #\(token.text); only # and #index", at: word.offset)
        }
        position += 1
        return try node(.elementIndex, .int, at: word.offset)
    }

    private mutating func operand() throws(ExpressionError) -> ExpressionNode {
        let word = token
        position += 1
        switch word.kind {
        case .string: return try node(.literal(.string(word.text)), .string, at: word.offset)
        case .number: return try number(word)
        case .identifier: return try name(word)
        case .bracket where word.text == "[":
            let parts = try items(until: "]")
            return try node(.list(parts), .list, at: word.offset, above: parts)
        case .bracket where word.text == "{": return try mapLiteral(word)
        default:
            position -= 1
            throw unexpected()
        }
    }

    private func number(_ word: ExpressionToken) throws(ExpressionError) -> ExpressionNode {
        let text = String(decoding: word.text.utf8.filter { $0 != 0x5F }, as: UTF8.self)
        let radix: Int? =
            switch text.utf8.dropFirst().first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "x"): 16
            case UInt8(ascii: "b"): 2
            case UInt8(ascii: "o"): 8
            default: nil
            }
        if let radix {
            guard let value = Int(text.dropFirst(2), radix: radix) else {
                throw error("invalid integer literal: \(word.text)", at: word.offset)
            }
            return try node(.literal(.int(value)), .int, at: word.offset)
        }
        if text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
        {
            let padded = (text.utf8.first == UInt8(ascii: ".") ? "0" : "") + text
            let whole = padded.utf8.last == UInt8(ascii: ".") ? padded + "0" : padded
            guard let value = Double(whole), value.isFinite else {
                throw error("invalid float literal: \(word.text)", at: word.offset)
            }
            return try node(.literal(.float(value)), .float, at: word.offset)
        }
        guard let value = Int(text) else {
            throw error("integer literal is too large: \(word.text)", at: word.offset)
        }
        return try node(.literal(.int(value)), .int, at: word.offset)
    }

    private mutating func name(_ word: ExpressionToken) throws(ExpressionError) -> ExpressionNode {
        switch word.text {
        case "true": return try node(.literal(.bool(true)), .bool, at: word.offset)
        case "false": return try node(.literal(.bool(false)), .bool, at: word.offset)
        case "nil": return try node(.literal(.null), .null, at: word.offset)
        default: break
        }
        if token.isBracket("(") { return try call(word) }
        if let slot = locals.lastIndex(where: { $0.name == word.text }) {
            return try node(.local(slot), locals[slot].type, at: word.offset)
        }
        guard let index = declarations.firstIndex(where: { $0.name == word.text }) else {
            throw unknown(word)
        }
        guard declarations[index].parameters == nil else {
            throw error(
                "\(word.text) is a function; call it as \(word.text)()",
                at: word.offset
            )
        }
        return try node(.declared(index, []), declarations[index].type, at: word.offset)
    }

    func unknown(_ word: ExpressionToken) -> ExpressionError {
        let names = declarations.map(\.name).joined(separator: ", ")
        let known = names.isEmpty ? "" : "; known here: \(names)"
        return error("unknown name \(word.text)\(known)", at: word.offset)
    }

    /// Parses expressions between commas, up to and with a closing bracket.
    mutating func items(until bracket: String) throws(ExpressionError) -> [ExpressionNode] {
        var items: [ExpressionNode] = []
        while !token.isBracket(bracket) {
            if !items.isEmpty {
                try expect(operator: ",")
                if token.isBracket(bracket) { break }
            }
            items.append(try expression())
        }
        try expect(bracket: bracket)
        return items
    }

    private mutating func mapLiteral(
        _ word: ExpressionToken
    ) throws(ExpressionError) -> ExpressionNode {
        var pairs: [ExpressionNode.Pair] = []
        while !token.isBracket("}") {
            if !pairs.isEmpty {
                try expect(operator: ",")
                if token.isBracket("}") { break }
            }
            let key = try mapKey()
            try expect(operator: ":")
            pairs.append(ExpressionNode.Pair(key: key, value: try expression()))
        }
        try expect(bracket: "}")
        let parts = pairs.flatMap { [$0.key, $0.value] }
        return try node(.map(pairs), .map, at: word.offset, above: parts)
    }

    private mutating func mapKey() throws(ExpressionError) -> ExpressionNode {
        let word = token
        switch word.kind {
        case .number, .string, .identifier:
            position += 1
            return try node(.literal(.string(word.text)), .string, at: word.offset)
        case .bracket where word.text == "(": return try expression()
        default:
            throw error(
                "a map key must be a quoted string, a number, a identifier, or an expression"
                    + " enclosed in parentheses (unexpected token \(word.name))",
                at: word.offset
            )
        }
    }
}
