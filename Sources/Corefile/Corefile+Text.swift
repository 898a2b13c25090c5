extension Corefile {
    /// The Corefile in its canonical form: one line for each line of a block, four spaces deep,
    /// with all imports and environment references in their places.
    ///
    /// Parsing it again, without an environment, gives the same blocks. An environment variable
    /// can make words that cannot be written: braces, or a backslash before a quote.
    public var canonicalText: String {
        var text = ""
        for block in blocks {
            // Only behind another block, if on its line, is a lone `import` a zone.
            if block.keys.count == 1, let key = block.keys.first, key.text == "import",
                !key.startsLine
            {
                text = (text.isEmpty ? "{\n}" : String(text.dropLast())) + " "
            }
            text += CorefileText.keys(block.keys)
            // Without a block at the end of the file, and only there, this is a zone.
            let isLikeSnippet =
                block.keys.count == 1 && Parser.snippetName(block.keys[0].text) != nil
            text += isLikeSnippet && block.directives.isEmpty ? "\n" : " {\n"
            if isLikeSnippet, block.directives.isEmpty { continue }
            for directive in block.directives { text += CorefileText.lines(directive.tokens) }
            text += "}\n"
        }
        // The first of these at the start of a file is a mark, not a part of a word.
        return text.unicodeScalars.first == "\u{FEFF}" ? "\u{FEFF}" + text : text
    }
}

/// Words as a Corefile writes them.
enum CorefileText {
    /// Keys with commas, in which a quoted one holds its own.
    static func keys(_ keys: [Token]) -> String {
        keys.enumerated().map { index, key in
            word(index < keys.count - 1 ? key.text + "," : key.text)
        }.joined(separator: " ")
    }

    /// A directive in lines, in the block of a server.
    static func lines(_ tokens: [Token]) -> String {
        var text = ""
        var depth = 1
        for (index, token) in tokens.enumerated() {
            if index == 0 {
                text += indentation(depth)
            } else if token.startsLine {
                text += "\n" + indentation(token.text == "}" ? depth - 1 : depth)
            } else {
                text += " "
            }
            text += word(token.text)
            guard index > 0 else { continue }
            if token.text == "{" { depth += 1 }
            if token.text == "}" { depth -= 1 }
        }
        return text + "\n"
    }

    /// A word, in quotes if it needs them.
    static func word(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isBare = scalars.allSatisfy { !$0.properties.isWhitespace && $0 != "#" }
        if isBare, let first = scalars.first, first != "\"" { return text }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in scalars {
            if scalar == "\"" { quoted.append("\\") }
            quoted.append(scalar)
        }
        return String(quoted) + "\""
    }

    private static func indentation(_ depth: Int) -> String {
        // Depth has no bound, what is shown has.
        String(repeating: "    ", count: min(max(depth, 0), 16))
    }
}
