/// Builds server blocks from tokens.
///
/// Tokens wait on a stack, next one last, so that an import of any length costs its own length.
/// An error is recorded and parsing goes on behind it, except at the end of the file and at a
/// limit.
struct Parser {
    /// Why parsing stopped early; the reason is in `errors`.
    struct Stop: Error {}

    let context: CorefileContext
    var pending: [Token] = []
    var current: Token?
    var errors: [CorefileError] = []
    var warnings: [CorefileError] = []
    var snippets: [String: [Token]] = [:]
    var octetCount = 0
    var importedTokenCount = 0
    var snippetImportCount = 0
    var fileImportCount = 0

    init(context: CorefileContext) {
        self.context = context
    }

    mutating func parse(_ octets: [UInt8], file: String) throws(CorefileErrors) -> Corefile {
        guard octets.count <= Limits.octetsMax else {
            let message = "\(file) has \(octets.count) octets, the most is \(Limits.octetsMax)"
            throw CorefileErrors([CorefileError(at: nil, message, mend: "shorten it")])
        }
        octetCount = octets.count
        pending = Lexer.tokens(octets, file: file).reversed()
        var blocks: [ServerBlock] = []
        do throws(Stop) {
            while advance() {
                if let block = try serverBlock() { blocks.append(block) }
            }
        } catch {
            // The reason is the last of `errors`.
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return Corefile(blocks: blocks, warnings: warnings)
    }

    /// Makes the next token the current one; at the end the last one stays current.
    mutating func advance() -> Bool {
        guard let next = pending.popLast() else { return false }
        current = next
        return true
    }

    /// Records an error.
    mutating func report(
        at token: Token?,
        _ message: String,
        mend: String = ""
    ) throws(Stop) {
        errors.append(CorefileError(at: token?.position, message, mend: mend))
        guard errors.count < Limits.errorsMax else { throw Stop() }
    }

    mutating func warn(at token: Token?, _ message: String) {
        warnings.append(CorefileError(at: token?.position, message))
    }

    /// A token's text with environment references replaced.
    mutating func substituted(_ token: Token) throws(Stop) -> String {
        do throws(Environment.Overflow) {
            return try Environment.substitute(token.text, context.environment)
        } catch {
            try report(
                at: token,
                "the environment references of '\(token.text.prefix(60))' never end or grow beyond"
                    + " \(Limits.substitutedOctetsMax) octets",
                mend: "set the variables to values without references"
            )
            return token.text
        }
    }

    /// Parses a server block or a snippet, from its first key.
    private mutating func serverBlock() throws(Stop) -> ServerBlock? {
        let first = current
        guard let (keys, isEnd) = try keys() else { return nil }
        if isEnd {
            guard !keys.isEmpty else { return nil }
            warnAbout(keys)
            return ServerBlock(keys: keys, directives: [])
        }
        if keys.count == 1, keys[0].text.hasPrefix("("), keys[0].text.hasSuffix(")"),
            keys[0].text.utf8.count >= 2
        {
            try snippet(named: String(keys[0].text.dropFirst().dropLast()), at: keys[0])
            return nil
        }
        let directives = try blockContents()
        guard !keys.isEmpty else {
            warn(at: first, "a server block without keys is ignored: write its zones before '{'")
            return nil
        }
        warnAbout(keys)
        return ServerBlock(keys: keys, directives: directives)
    }

    private mutating func warnAbout(_ keys: [Token]) {
        for key in keys where key.text.contains("{") || key.text.contains("}") {
            warn(
                at: key,
                "'\(key.text)' is taken for a zone: put white space around braces that open or"
                    + " close a block"
            )
        }
    }

    /// Parses keys up to the brace, the next line or the end of the file; nil after an error.
    private mutating func keys() throws(Stop) -> (keys: [Token], isEnd: Bool)? {
        var keys: [Token] = []
        var expectsAnother = false
        while let token = current {
            var text = try substituted(token)
            if text == "import", token.startsLine {
                try importTokens()
                if !advance() { return (keys, true) }
                continue
            }
            if text == "{" {
                if expectsAnother {
                    try report(
                        at: token,
                        "expected another key but found '{'",
                        mend: "delete the comma before it"
                    )
                }
                return (keys, false)
            }
            expectsAnother = text.hasSuffix(",")
            if expectsAnother { text.removeLast() }
            if !text.isEmpty {
                keys.append(Token(text, at: token.position, startsLine: token.startsLine))
            }
            guard advance() else {
                guard expectsAnother else { return (keys, true) }
                try report(
                    at: token,
                    "the file ends where another key must follow",
                    mend: "delete the comma"
                )
                return nil
            }
            if !expectsAnother, current?.startsLine == true { break }
        }
        return (keys, false)
    }

    /// Parses the directives of a block, in braces or up to the end of the file.
    private mutating func blockContents() throws(Stop) -> [Directive] {
        guard let open = current, open.text == "{" else {
            if let current { pending.append(current) }
            return try directives()
        }
        let directives = try directives()
        if current?.text != "}" {
            try report(
                at: current,
                "the file ends in the server block that begins at \(open.position)",
                mend: "close it with '}' on a line of its own"
            )
        }
        return directives
    }

    private mutating func directives() throws(Stop) -> [Directive] {
        var directives: [Directive] = []
        while advance(), let token = current, token.text != "}" {
            if token.text == "import" {
                try importTokens()
                continue
            }
            guard let directive = try directive(token) else { break }
            if let known = context.directives, !known.contains(directive.name) {
                try report(
                    at: token,
                    "unknown directive '\(directive.name)'",
                    mend: Suggestion.mend(for: directive.name, among: known)
                )
            } else {
                directives.append(directive)
            }
        }
        return directives
    }

    /// Parses a directive from its name; nil if a brace ended the block in its line.
    private mutating func directive(_ name: Token) throws(Stop) -> Directive? {
        var tokens = [name]
        tokens[0].text = try substituted(name)
        var depth = 0
        while let token = pending.last {
            if token.text == "{" {
                depth += 1
            } else if token.startsLine, depth == 0 {
                break
            } else if token.text == "}" {
                if depth == 0 {
                    try report(
                        at: token,
                        "unexpected '}' because no brace is open on the line of '\(name.text)'",
                        mend: "move it to a line of its own"
                    )
                    _ = advance()
                    return nil
                }
                depth -= 1
            } else if token.text == "import", token.startsLine {
                _ = advance()
                try importTokens()
                continue
            }
            _ = advance()
            tokens.append(
                Token(
                    try substituted(token),
                    at: token.position,
                    startsLine: token.startsLine
                )
            )
        }
        if depth > 0 {
            try report(
                at: name,
                "the file ends in the block of '\(name.text)'",
                mend: "close it with '}'"
            )
            throw Stop()
        }
        return Directive(name: tokens[0].text, tokens: tokens)
    }
}
