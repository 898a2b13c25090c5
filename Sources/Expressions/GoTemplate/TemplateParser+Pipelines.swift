extension TemplateParser {
    /// Parses a pipeline and the end of its action.
    mutating func pipeline(_ context: String) throws(TemplateError) -> TemplatePipeline {
        try pipeline(context, until: .close)
    }

    private mutating func pipeline(
        _ context: String,
        until end: TemplateToken.Kind
    ) throws(TemplateError) -> TemplatePipeline {
        skipSpaces()
        let first = token
        var pipeline = TemplatePipeline(place: place(of: first))
        try declarations(of: &pipeline, context)
        while true {
            let word = nextNonSpace()
            if word.kind == end {
                try check(pipeline, context)
                pipeline.place = ended(first, before: word)
                return pipeline
            }
            switch word.kind {
            case .bool, .character, .dot, .field, .identifier, .number, .null, .rawString, .string,
                .variable, .leftParenthesis:
                position -= 1
                pipeline.commands.append(try command())
            default: throw unexpected(word, in: context)
            }
        }
    }

    private func ended(_ first: TemplateToken, before end: TemplateToken) -> TemplatePlace {
        let whole = place(of: first)
        let text = String(decoding: octets[first.offset..<end.offset], as: UTF8.self)
        let trimmed = Array(text.utf8.reversed().drop { $0.isTemplateSpace }.reversed())
        return TemplatePlace(
            line: whole.line,
            column: whole.column,
            source: String(decoding: trimmed, as: UTF8.self)
        )
    }

    /// `$x :=`, `$x =`, and in ranges `$i, $x :=`.
    private mutating func declarations(
        of pipeline: inout TemplatePipeline,
        _ context: String
    ) throws(TemplateError) {
        var declared: [String] = []
        while token.kind == .variable {
            let start = position
            let variable = next()
            skipSpaces()
            switch token.kind {
            case .declare, .assign:
                pipeline.assigns = token.kind == .assign
                position += 1
                pipeline.variables.append(variable.text)
                if pipeline.assigns { try checkKnown(pipeline.variables) }
                if !pipeline.assigns { declared = pipeline.variables }
                variables += declared
                return
            case .punctuation where token.text == ",":
                position += 1
                skipSpaces()
                pipeline.variables.append(variable.text)
                guard context == "range", pipeline.variables.count < 2 else {
                    throw error("too many declarations in \(context)", line: variable.line)
                }
                guard token.kind == .variable else {
                    throw error("range can only initialize variables", line: token.line)
                }
            default:
                guard pipeline.variables.isEmpty else {
                    throw error("range can only initialize variables", line: token.line)
                }
                position = start
                return
            }
        }
    }

    private func checkKnown(_ names: [String]) throws(TemplateError) {
        for name in names where !variables.contains(name) {
            throw error("undefined variable \(name.quoted)")
        }
    }

    private func check(
        _ pipeline: TemplatePipeline,
        _ context: String
    ) throws(TemplateError) {
        guard !pipeline.commands.isEmpty else { throw error("missing value for \(context)") }
        for (index, command) in pipeline.commands.enumerated().dropFirst() {
            switch command.operands.first {
            case .dot, .null, .literal:
                throw error("non executable command in pipeline stage \(index + 1)")
            default: break
            }
        }
    }

    /// Parses operands up to a pipe or the end of the pipeline.
    private mutating func command() throws(TemplateError) -> TemplateCommand {
        let first = token
        var operands: [TemplateOperand] = []
        while true {
            skipSpaces()
            guard let operand = try self.operand() else {
                throw unexpected(next(), in: "operand")
            }
            operands.append(operand)
            let word = next()
            switch word.kind {
            case .space:
                let isOver =
                    token.kind == .pipe || token.kind == .close || token.kind == .rightParenthesis
                if !isOver { continue }
                if token.kind == .pipe {
                    position += 1
                    try expectOperand()
                }
            case .close, .rightParenthesis: position -= 1
            case .pipe: try expectOperand()
            default: throw unexpected(word, in: "operand")
            }
            return TemplateCommand(operands: operands, place: place(of: first))
        }
    }

    /// After a pipe there must be another command.
    private mutating func expectOperand() throws(TemplateError) {
        skipSpaces()
        if token.kind == .close || token.kind == .rightParenthesis {
            throw error("missing value for command", line: token.line)
        }
    }

    private mutating func operand() throws(TemplateError) -> TemplateOperand? {
        let first = token
        switch first.kind {
        case .identifier:
            position += 1
            guard functions.contains(first.text) else {
                throw error("function \(first.text.quoted) not defined", line: first.line)
            }
            return .function(first.text, place(of: first))
        case .variable:
            position += 1
            try checkKnown([first.text])
            let fields = fieldChain()
            return .variable(first.text, fields: fields, place(of: first))
        case .field:
            let fields = fieldChain()
            return .field(fields, place(of: first))
        case .leftParenthesis:
            try deeper()
            defer { depth -= 1 }
            position += 1
            let known = variables.count
            let inner = try pipeline("parenthesized pipeline", until: .rightParenthesis)
            variables.removeSubrange(known...)
            let fields = fieldChain()
            return .pipeline(inner, fields: fields, place(of: first))
        default: break
        }
        guard let literal = try literal(first) else { return nil }
        position += 1
        if token.kind == .field {
            throw error("unexpected . after term \(first.text.quoted)", line: token.line)
        }
        return literal
    }

    private mutating func fieldChain() -> [String] {
        var fields: [String] = []
        while token.kind == .field {
            fields.append(String(next().text.dropFirst()))
        }
        return fields
    }

    private func literal(_ word: TemplateToken) throws(TemplateError) -> TemplateOperand? {
        switch word.kind {
        case .dot: return .dot
        case .null: return .null
        case .bool: return .literal(.bool(word.text == "true"))
        case .number: return .literal(try number(word))
        case .rawString:
            return .literal(.string(String(decoding: inside(word), as: UTF8.self)))
        case .string:
            guard let octets = unquoted(word) else {
                throw error("invalid syntax", line: word.line)
            }
            return .literal(.string(String(decoding: octets, as: UTF8.self)))
        case .character:
            let scalars = unquoted(word).map {
                Array(String(decoding: $0, as: UTF8.self).unicodeScalars)
            }
            guard let scalars, scalars.count == 1, let scalar = scalars.first else {
                throw error("malformed character constant: \(word.text)", line: word.line)
            }
            return .literal(.int(Int(scalar.value)))
        default: return nil
        }
    }

    private func inside(_ word: TemplateToken) -> [UInt8] {
        Array(word.text.utf8.dropFirst().dropLast())
    }

    private func unquoted(_ word: TemplateToken) -> [UInt8]? {
        let source = inside(word)
        let quote = word.text.utf8.first ?? 0
        var content: [UInt8] = []
        var offset = 0
        while offset < source.count {
            if source[offset] == UInt8(ascii: "\\") {
                offset += 1
                guard let escaped = QuotedText.readEscape(source, &offset, quotes: [quote]) else {
                    return nil
                }
                content += escaped
            } else {
                content.append(source[offset])
                offset += 1
            }
        }
        return content
    }

    private func number(_ word: TemplateToken) throws(TemplateError) -> Value {
        let text = String(decoding: word.text.utf8.filter { $0 != 0x5F }, as: UTF8.self)
        if let value = GoNumber.integer(text) { return .int(value) }
        if let value = GoNumber.float(text) { return .float(value) }
        throw error("bad number syntax: \(word.text.quoted)", line: word.line)
    }
}
