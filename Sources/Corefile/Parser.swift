/// Builds server blocks from words.
///
/// An error is recorded and parsing goes on behind it, except at the end of the file and at a
/// limit.
struct Parser {
    /// Why parsing stopped early; the reason is in `errors`.
    struct Stop: Error {}

    let context: CorefileContext
    /// ``Limits/wordsMax``, less in tests.
    var wordsMax = Limits.wordsMax
    var source = TokenSource()
    /// The word that was read last.
    var current: Token?
    var snippets: [String: [Token]] = [:]
    var octetCount = 0
    var snippetImportCount = 0
    var fileImportCount = 0
    private var errors: [CorefileError] = []
    private var warnings: [CorefileError] = []
    private var isKnown: Set<CorefileError> = []

    init(context: CorefileContext) {
        self.context = context
    }

    mutating func parse(_ octets: [UInt8], file: String) throws(CorefileErrors) -> Corefile {
        var blocks: [ServerBlock] = []
        do throws(Stop) {
            let tokens = try words(of: octets, file: file, at: nil)
            source.push(tokens, from: .file(FilePattern.clean(file)))
            while try advance() {
                if let block = try serverBlock() { blocks.append(block) }
            }
        } catch {
            // The reason is the last of `errors`.
        }
        guard errors.isEmpty else { throw CorefileErrors(errors, warnings: warnings) }
        return Corefile(blocks: blocks, warnings: warnings, file: file)
    }

    /// Makes the next word the current one; at the end the last one stays current.
    mutating func advance() throws(Stop) -> Bool {
        guard let next = source.next() else { return false }
        current = next
        guard source.count <= wordsMax else {
            try report(
                at: next,
                "the Corefile and its imports have more than \(wordsMax) words",
                mend: "shorten it, or import less often"
            )
            throw Stop()
        }
        return true
    }

    /// Records an error, once.
    mutating func report(
        at token: Token?,
        _ message: String,
        mend: String = ""
    ) throws(Stop) {
        let error = CorefileError(at: token?.position, message, mend: mend)
        // A snippet is parsed again wherever it is imported.
        guard isKnown.insert(error).inserted else { return }
        errors.append(error)
        guard errors.count < Limits.errorsMax else { throw Stop() }
    }

    /// Records a warning, once.
    mutating func warn(at token: Token?, _ message: String, mend: String = "") {
        warn(CorefileError(at: token?.position, message, mend: mend))
    }

    /// Records a warning, once.
    mutating func warn(_ warning: CorefileError) {
        guard warnings.count < Limits.warningsMax, isKnown.insert(warning).inserted else { return }
        warnings.append(warning)
    }

    /// A token's text with environment references replaced.
    mutating func substituted(_ token: Token) throws(Stop) -> String {
        var unset: [String] = []
        do throws(Environment.Overflow) {
            let environment = context.environment
            let text = try Environment.substitute(token.text) { name in
                let value = environment(name)
                if value == nil { unset.append(name) }
                return value
            }
            for name in unset {
                warn(
                    at: token,
                    "the environment variable '\(name.shown)' is not set, so it is empty here",
                    mend: token.text.contains("{{$")
                        ? "put white space before the '$' of a template's variable" : "set it"
                )
            }
            return text
        } catch {
            try report(
                at: token,
                "the environment references of '\(token.text.shown)' never end or grow beyond"
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
            try check(keys)
            return ServerBlock(keys: keys, directives: [])
        }
        if keys.count == 1, let name = Parser.snippetName(keys[0].text) {
            try snippet(named: name, at: keys[0])
            return nil
        }
        let directives = try blockContents()
        guard !keys.isEmpty else {
            warn(
                at: first,
                "a server block without keys is ignored",
                mend: "write its zones before '{'"
            )
            return nil
        }
        try check(keys)
        return ServerBlock(keys: keys, directives: directives)
    }

    /// Parses the directives of a block, in braces or up to the end of the file.
    private mutating func blockContents() throws(Stop) -> [Directive] {
        guard let open = current, open.text == "{" else {
            let (directives, isClosed) = try directives(firstIsRead: true)
            if isClosed {
                warn(
                    at: current,
                    "this '}' closes nothing that was opened, and ends the server block",
                    mend: "delete it, or write '{' behind the block's zones"
                )
            }
            return directives
        }
        let (directives, isClosed) = try directives(firstIsRead: false)
        if isClosed { return directives }
        if current?.text == "}" {
            // As in CoreDNS, the last word of the file is taken for the one that is missing.
            warn(
                at: open,
                "the server block that begins here is not closed",
                mend: "add '}' at the end of the file"
            )
        } else {
            try report(
                at: current,
                "the file ends in the server block that begins at \(open.position)",
                mend: "close it with '}' on a line of its own"
            )
        }
        return directives
    }

    /// Parses directives up to the brace that closes their block, or to the end.
    private mutating func directives(
        firstIsRead: Bool
    ) throws(Stop) -> (directives: [Directive], isClosed: Bool) {
        var directives: [Directive] = []
        var isRead = firstIsRead
        while true {
            if !isRead {
                guard try advance() else { return (directives, false) }
            }
            isRead = false
            guard let token = current, token.text != "}" else { return (directives, true) }
            if token.text == "import" {
                try importTokens()
                continue
            }
            guard let directive = try directive(token) else { return (directives, true) }
            if let known = context.directives, !known.contains(directive.name) {
                try report(
                    at: token,
                    "unknown directive '\(directive.name.shown)'",
                    mend: Suggestion.mend(for: directive.name, among: known)
                )
            } else {
                directives.append(directive)
            }
        }
    }

    /// Parses a directive from its name; nil if a brace ended the block in its line.
    private mutating func directive(_ name: Token) throws(Stop) -> Directive? {
        var tokens = [name]
        tokens[0].text = try substituted(name)
        var depth = 0
        while let token = source.peek {
            if token.text == "{" {
                depth += 1
            } else if token.startsLine, depth == 0 {
                break
            } else if token.text == "}" {
                if depth == 0 {
                    try report(
                        at: token,
                        "unexpected '}' because no brace is open on the line of"
                            + " '\(name.text.shown)'",
                        mend: "move it to a line of its own"
                    )
                    _ = try advance()
                    return nil
                }
                depth -= 1
            } else if token.text == "import", token.startsLine {
                _ = try advance()
                try importTokens()
                continue
            }
            _ = try advance()
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
                "the file ends in the block of '\(name.text.shown)'",
                mend: "close it with '}'"
            )
            throw Stop()
        }
        return Directive(name: tokens[0].text, tokens: tokens)
    }
}
