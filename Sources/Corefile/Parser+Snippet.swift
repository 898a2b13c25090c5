extension Parser {
    /// The name of the snippet that a block's only key defines; nil if it is a zone.
    static func snippetName(_ key: String) -> String? {
        guard key.hasPrefix("("), key.hasSuffix(")"), key.utf8.count >= 2 else { return nil }
        return String(key.dropFirst().dropLast())
    }

    /// Reads the body of a snippet, from its opening brace; it is parsed where it is imported.
    mutating func snippet(named name: String, at key: Token) throws(Stop) {
        guard let open = current, open.text == "{" else {
            try report(
                at: current,
                "unexpected '\((current?.text ?? "").shown)' after the snippet '\(name.shown)'",
                mend: "write '{' after \(key.text.shown)"
            )
            return
        }
        var depth = 1
        var body: [Token] = []
        while try advance(), let token = current {
            if token.text == "}" { depth -= 1 }
            if depth == 0 { break }
            if token.text == "{" { depth += 1 }
            body.append(token)
        }
        if depth > 0 {
            try report(
                at: open,
                "the file ends in the snippet '\(name.shown)'",
                mend: "close it with '}'"
            )
        }
        for (index, token) in body.enumerated().dropLast()
        where token.text == "import" && (token.startsLine || index == 0)
            && body[index + 1].text == name
        {
            try report(
                at: token,
                "the snippet '\(name.shown)' imports itself",
                mend: "delete this line"
            )
            return
        }
        guard snippets[name] == nil else {
            try report(
                at: key,
                "redeclaration of previously declared snippet '\(name.shown)'",
                mend: "give one of the two another name"
            )
            return
        }
        snippets[name] = body
    }
}
