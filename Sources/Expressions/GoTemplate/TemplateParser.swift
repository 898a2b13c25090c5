/// Parses the words of a template.
struct TemplateParser {
    /// What ended a list of nodes.
    private enum Ending {
        case end
        case otherwise(TemplateToken)
        case source
    }

    let name: String
    let octets: [UInt8]
    let tokens: [TemplateToken]
    let functions: Set<String>
    var position = 0
    var variables = ["$"]
    var depth = 0
    private var ranges = 0

    init(name: String, source: String, tokens: [TemplateToken], functions: Set<String>) {
        self.name = name
        octets = Array(source.utf8)
        self.tokens = tokens
        self.functions = functions
    }

    /// Parses the whole template.
    mutating func parse() throws(TemplateError) -> [TemplateNode] {
        let (nodes, ending) = try list()
        switch ending {
        case .source: return nodes
        case .end: throw error("unexpected {{end}}")
        case .otherwise: throw error("unexpected {{else}}")
        }
    }

    // MARK: Words

    var token: TemplateToken { tokens[min(position, tokens.count - 1)] }

    mutating func next() -> TemplateToken {
        defer { position += 1 }
        return token
    }

    mutating func skipSpaces() {
        while token.kind == .space { position += 1 }
    }

    mutating func nextNonSpace() -> TemplateToken {
        skipSpaces()
        return next()
    }

    func error(_ reason: String, line: Int? = nil) -> TemplateError {
        let last = tokens[min(max(position - 1, 0), tokens.count - 1)]
        return TemplateError(name: name, line: line ?? last.line, reason: reason)
    }

    func unexpected(_ token: TemplateToken, in context: String) -> TemplateError {
        let isMistake = token.kind == .mistake
        return error(
            isMistake ? token.text : "unexpected \(token.name) in \(context)",
            line: token.line
        )
    }

    /// The place of what starts with a word and ends before the current one.
    func place(of first: TemplateToken) -> TemplatePlace {
        var start = first.offset
        while start > 0, octets[start - 1] != 0x0A { start -= 1 }
        let end = max(first.offset, min(token.offset, octets.count))
        let source = String(decoding: octets[first.offset..<end], as: UTF8.self)
        let trimmed = source.utf8.reversed().drop { $0.isTemplateSpace }.reversed()
        return TemplatePlace(
            line: first.line,
            column: first.offset - start,
            source: String(decoding: Array(trimmed), as: UTF8.self)
        )
    }

    mutating func deeper() throws(TemplateError) {
        depth += 1
        guard depth <= Limits.templateDepthMax else {
            throw error("max expression depth exceeded", line: token.line)
        }
    }

    // MARK: Nodes

    private mutating func list() throws(TemplateError) -> ([TemplateNode], Ending) {
        try deeper()
        defer { depth -= 1 }
        var nodes: [TemplateNode] = []
        while true {
            let word = next()
            switch word.kind {
            case .end: return (nodes, .source)
            case .text: nodes.append(.text(word.text))
            case .open:
                skipSpaces()
                guard token.kind == .keyword else {
                    nodes.append(.action(try pipeline("command")))
                    continue
                }
                let keyword = next()
                switch keyword.text {
                case "end":
                    try close("end")
                    return (nodes, .end)
                case "else": return (nodes, .otherwise(keyword))
                default: nodes.append(try control(keyword))
                }
            default: throw unexpected(word, in: "input")
            }
        }
    }

    private mutating func close(_ context: String) throws(TemplateError) {
        let word = nextNonSpace()
        guard word.kind == .close else { throw unexpected(word, in: context) }
    }

    private mutating func control(_ keyword: TemplateToken) throws(TemplateError) -> TemplateNode {
        switch keyword.text {
        case "if", "with", "range":
            return try branch(keyword.text)
        case "break", "continue":
            try close("{{\(keyword.text)}}")
            guard ranges > 0 else { throw error("{{\(keyword.text)}} outside {{range}}") }
            return keyword.text == "break" ? .leave : .skip
        default:
            throw error(
                "{{\(keyword.text)}} isn't supported: each record is one template of its own;"
                    + " write the text where it is used",
                line: keyword.line
            )
        }
    }

    private mutating func branch(_ keyword: String) throws(TemplateError) -> TemplateNode {
        try deeper()
        defer { depth -= 1 }
        let known = variables.count
        defer { variables.removeSubrange(known...) }
        let condition = try pipeline(keyword)
        if keyword == "range" { ranges += 1 }
        var (body, ending) = try list()
        if keyword == "range" { ranges -= 1 }
        var otherwise: [TemplateNode] = []
        if case .otherwise(let word) = ending {
            skipSpaces()
            if token.kind == .keyword, token.text == keyword, keyword != "range" {
                position += 1
                otherwise = [try branch(keyword)]
                return node(keyword, condition, body, otherwise)
            }
            try close("else")
            (otherwise, ending) = try list()
            if case .otherwise = ending { throw error("expected end; found {{else}}") }
            if case .source = ending { throw error("unexpected EOF", line: word.line) }
        }
        if case .source = ending { throw error("unexpected EOF") }
        return node(keyword, condition, body, otherwise)
    }

    private func node(
        _ keyword: String,
        _ condition: TemplatePipeline,
        _ body: [TemplateNode],
        _ otherwise: [TemplateNode]
    ) -> TemplateNode {
        switch keyword {
        case "if": .conditional(condition, then: body, otherwise: otherwise)
        case "with": .with(condition, then: body, otherwise: otherwise)
        default: .range(condition, body: body, otherwise: otherwise)
        }
    }
}
