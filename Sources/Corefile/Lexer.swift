/// Cuts a Corefile into words.
///
/// A word is a run without white space, or a string in double quotes if a quote is its first
/// character. Braces are ordinary words.
enum Lexer {
    /// The words of a file.
    static func tokens(_ octets: [UInt8], file: String) -> [Token] {
        var scalars = String(decoding: octets, as: UTF8.self).unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var state = State(file: file)
        for scalar in scalars { state.read(scalar) }
        if !state.word.isEmpty { state.emit() }
        return state.tokens
    }

    private struct State {
        let file: String
        var tokens: [Token] = []
        var word = String.UnicodeScalarView()
        var line = 1
        /// The line on which the word begins.
        var wordLine = 1
        /// The line on which the last word ends; 0 before the first.
        var lastLine = 0
        var isComment = false
        var isQuoted = false
        var isEscaped = false

        mutating func read(_ scalar: Unicode.Scalar) {
            if isQuoted { return readQuoted(scalar) }
            if scalar.properties.isWhitespace {
                // A carriage return does not even end a word.
                if scalar == "\r" { return }
                if !word.isEmpty { emit() }
                if scalar == "\n" {
                    line += 1
                    isComment = false
                }
                return
            }
            if scalar == "#" { isComment = true }
            if isComment { return }
            if word.isEmpty {
                wordLine = line
                if scalar == "\"" {
                    isQuoted = true
                    return
                }
            }
            word.append(scalar)
        }

        private mutating func readQuoted(_ scalar: Unicode.Scalar) {
            if !isEscaped {
                if scalar == "\\" {
                    isEscaped = true
                    return
                }
                if scalar == "\"" {
                    emit()
                    return
                }
            }
            if scalar == "\n" { line += 1 }
            // Only the quote can be escaped; any other backslash stays.
            if isEscaped, scalar != "\"" { word.append("\\") }
            word.append(scalar)
            isEscaped = false
        }

        mutating func emit() {
            tokens.append(
                Token(
                    String(word),
                    at: SourcePosition(file: file, line: wordLine),
                    startsLine: lastLine < wordLine
                )
            )
            word.removeAll(keepingCapacity: true)
            lastLine = line
            isQuoted = false
            // `foo#bar baz` is `foo` and `baz`: a comment inside of a word ends with the word.
            isComment = false
        }
    }
}
