extension Parser {
    /// Puts what an `import` line names in its place; the current word is `import`.
    mutating func importTokens() throws(Stop) {
        guard let argument = try importArgument() else { return }
        let name = try substituted(argument)
        guard !name.isEmpty else {
            try report(
                at: argument,
                "'import' names nothing: '\(argument.text.shown)' is empty",
                mend: "set the variable"
            )
            return
        }
        if let body = snippets[name] {
            try importSnippet(name, body, at: argument)
        } else {
            try importFiles(name, at: argument)
        }
    }

    /// Reads the line of an `import` behind that word; nil if it isn't one argument.
    private mutating func importArgument() throws(Stop) -> Token? {
        let word = current
        guard source.peek?.startsLine == false else {
            try report(
                at: word,
                "'import' names nothing",
                mend: "write a file, a pattern or a snippet after it"
            )
            return nil
        }
        _ = try advance()
        let argument = current
        var extra: Token?
        while source.peek?.startsLine == false {
            _ = try advance()
            extra = extra ?? current
        }
        guard let extra else { return argument }
        try report(
            at: extra,
            "'import' takes one argument, found '\(extra.text.shown)' too",
            mend: "write one 'import' line for each"
        )
        return nil
    }

    private mutating func importSnippet(
        _ name: String,
        _ body: [Token],
        at argument: Token
    ) throws(Stop) {
        let origin = TokenOrigin.snippet(name)
        guard try mayOpen(origin, at: argument) else { return }
        snippetImportCount += 1
        guard snippetImportCount <= Limits.snippetImportsMax else {
            try report(
                at: argument,
                "maximum snippet import depth (\(Limits.snippetImportsMax)) exceeded",
                mend: "write out what is imported that often"
            )
            throw Stop()
        }
        source.push(body, from: origin)
    }

    private mutating func importFiles(_ name: String, at argument: Token) throws(Stop) {
        let directory = FilePattern.directory(argument.position.file)
        let path = FilePattern.clean(FilePattern.join(directory, name))
        guard FilePattern.hasWildcard(path) else {
            guard context.files.exists(path) else {
                let isSnippet = !name.contains("/") && !name.contains(".")
                try report(
                    at: argument,
                    "file to import not found: \(name.shown)",
                    mend: "create \(path.shown)"
                        + (isSnippet
                            ? ", or define the snippet (\(name.shown)) above this line" : "")
                )
                return
            }
            return try importFiles(at: [path], argument)
        }
        guard FilePattern.isAllowed(path) else {
            try report(
                at: argument,
                "the pattern '\(name.shown)' has more than one '*' or '?', or a '['",
                mend: "use one wildcard"
            )
            return
        }
        let matches = FilePattern.matches(path, context.files)
        if matches.isEmpty {
            warn(at: argument, "no files match the import pattern '\(name.shown)'")
        }
        try importFiles(at: matches, argument)
    }

    private mutating func importFiles(at paths: [String], _ argument: Token) throws(Stop) {
        var files: [(path: String, tokens: [Token])] = []
        for path in paths where try mayOpen(.file(path), at: argument) {
            files.append((path, try contents(of: path, at: argument)))
        }
        // The first is to be on top.
        for file in files.reversed() { source.push(file.tokens, from: .file(file.path)) }
    }

    private mutating func contents(
        of path: String,
        at argument: Token
    ) throws(Stop) -> [Token] {
        fileImportCount += 1
        guard fileImportCount <= Limits.fileImportsMax else {
            try report(
                at: argument,
                "maximum file import count (\(Limits.fileImportsMax)) exceeded",
                mend: "write out what is imported that often"
            )
            throw Stop()
        }
        let octets: [UInt8]
        do throws(CorefileFileError) {
            octets = try context.files.contents(of: path)
        } catch {
            try report(
                at: argument,
                "could not import \(path.shown): \(error)",
                mend: "make it a file that can be read"
            )
            return []
        }
        let tokens = try words(of: octets, file: path, at: argument)
        if tokens.isEmpty { warn(at: argument, "the imported file '\(path.shown)' is empty") }
        return tokens
    }

    /// Cuts a file into words, within what is left of the limits.
    mutating func words(
        of octets: [UInt8],
        file: String,
        at argument: Token?
    ) throws(Stop) -> [Token] {
        octetCount += octets.count
        guard octetCount <= Limits.octetsMax else {
            try report(
                at: argument,
                "the Corefile and its imports have more than \(Limits.octetsMax) octets,"
                    + " with \(octets.count) in \(file.shown)",
                mend: "shorten it, or import less often"
            )
            throw Stop()
        }
        // Words beyond the limit are not needed to see that it is exceeded.
        let words = Lexer.words(octets, file: file, limit: wordsMax)
        for warning in words.warnings { warn(warning) }
        return words.tokens
    }

    /// Whether an import would end; otherwise says how it comes back to itself.
    private mutating func mayOpen(
        _ origin: TokenOrigin,
        at argument: Token
    ) throws(Stop) -> Bool {
        guard source.isOpen(origin) else { return true }
        let chain = source.chain(from: origin).map(\.description)
        let shown = chain.count <= 10 ? chain : chain.prefix(5) + ["…"] + chain.suffix(4)
        try report(
            at: argument,
            "import cycle: " + (shown + [origin.description]).joined(separator: " imports "),
            mend: "delete one of these imports"
        )
        return false
    }
}
