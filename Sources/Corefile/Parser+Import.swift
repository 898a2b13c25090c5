extension Parser {
    /// Reads the body of a snippet, from its opening brace; it is parsed where it is imported.
    mutating func snippet(named name: String, at key: Token) throws(Stop) {
        guard let open = current, open.text == "{" else {
            try report(
                at: current,
                "unexpected '\(current?.text ?? "")' after the snippet '\(name)'",
                mend: "write '{' after \(key.text)"
            )
            return
        }
        var depth = 1
        var body: [Token] = []
        while advance(), let token = current {
            if token.text == "}" { depth -= 1 }
            if depth == 0 { break }
            if token.text == "{" { depth += 1 }
            body.append(token)
        }
        if depth > 0 {
            try report(
                at: open,
                "the file ends in the snippet '\(name)'",
                mend: "close it with '}'"
            )
        }
        for (index, token) in body.enumerated().dropLast()
        where token.text == "import" && (token.startsLine || index == 0)
            && body[index + 1].text == name
        {
            try report(
                at: token,
                "the snippet '\(name)' imports itself",
                mend: "delete this line"
            )
            return
        }
        guard snippets[name] == nil else {
            try report(
                at: key,
                "redeclaration of previously declared snippet '\(name)'",
                mend: "give one of the two another name"
            )
            return
        }
        snippets[name] = body
    }

    /// Puts what an `import` line names in its place; the current token is the word `import`.
    mutating func importTokens() throws(Stop) {
        let word = current
        guard let argument = pending.last, !argument.startsLine else {
            try report(
                at: word,
                "'import' names nothing",
                mend: "write a file, a pattern or a snippet after it"
            )
            return
        }
        pending.removeLast()
        var extra: Token?
        while let next = pending.last, !next.startsLine {
            extra = extra ?? next
            pending.removeLast()
        }
        if let extra {
            try report(
                at: extra,
                "'import' takes one argument, found '\(extra.text)' too",
                mend: "write one 'import' line for each"
            )
            return
        }
        let name = try substituted(argument)
        guard !name.isEmpty else {
            try report(
                at: argument,
                "'import' names nothing: '\(argument.text)' is empty",
                mend: "set the variable"
            )
            return
        }
        if let body = snippets[name] {
            snippetImportCount += 1
            guard snippetImportCount <= Limits.snippetImportsMax else {
                try report(
                    at: argument,
                    "maximum snippet import depth (\(Limits.snippetImportsMax)) exceeded",
                    mend: "look for a snippet that imports itself by way of others"
                )
                throw Stop()
            }
            try splice(body, at: argument)
        } else {
            try importFiles(name, at: argument)
        }
    }

    private mutating func splice(_ tokens: [Token], at argument: Token) throws(Stop) {
        importedTokenCount += tokens.count
        guard importedTokenCount <= Limits.importedTokensMax else {
            try report(
                at: argument,
                "imports add more than \(Limits.importedTokensMax) words",
                mend: "look for a file or a snippet that imports itself"
            )
            throw Stop()
        }
        pending += tokens.reversed()
        if !tokens.isEmpty { pending[pending.count - 1].startsLine = true }
    }

    private mutating func importFiles(_ name: String, at argument: Token) throws(Stop) {
        let path = FilePattern.join(FilePattern.directory(argument.position.file), name)
        guard FilePattern.hasWildcard(path) else {
            guard context.files.exists(path) else {
                try report(
                    at: argument,
                    "file to import not found: \(name)",
                    mend: "create \(path), or define the snippet (\(name)) above this line"
                )
                return
            }
            return try splice(contents(of: path, at: argument), at: argument)
        }
        guard FilePattern.isAllowed(path) else {
            try report(
                at: argument,
                "the pattern '\(name)' has more than one '*' or '?', or a '[' and a ']'",
                mend: "use one wildcard"
            )
            return
        }
        let matches = FilePattern.matches(path, context.files)
        if matches.isEmpty { warn(at: argument, "no files match the import pattern '\(name)'") }
        var tokens: [Token] = []
        for match in matches { tokens += try contents(of: match, at: argument) }
        try splice(tokens, at: argument)
    }

    private mutating func contents(of path: String, at argument: Token) throws(Stop) -> [Token] {
        fileImportCount += 1
        guard fileImportCount <= Limits.fileImportsMax else {
            try report(
                at: argument,
                "maximum file import count (\(Limits.fileImportsMax)) exceeded",
                mend: "look for a file that imports itself"
            )
            throw Stop()
        }
        do throws(CorefileFileError) {
            let octets = try context.files.contents(of: path)
            octetCount += octets.count
            guard octetCount <= Limits.octetsMax else { throw CorefileFileError.tooLarge }
            let tokens = Lexer.tokens(octets, file: path)
            if tokens.isEmpty { warn(at: argument, "the imported file '\(path)' is empty") }
            return tokens
        } catch {
            try report(
                at: argument,
                "could not import \(path): \(error)",
                mend: "make it a file that can be read"
            )
            // Otherwise a file that imports itself would be read again and again.
            if error == .tooLarge { throw Stop() }
            return []
        }
    }
}
