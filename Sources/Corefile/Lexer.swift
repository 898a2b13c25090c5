/// Cuts a Corefile into words.
///
/// A word is a run without white space, or a string in double quotes if a quote is its first
/// character. Braces are ordinary words.
enum Lexer {
    /// A file in words.
    struct Words {
        var tokens: [Token] = []
        /// What is most likely not meant.
        var warnings: [CorefileError] = []
    }

    /// The words of a file; at one more than the limit the rest is left out.
    static func words(_ octets: [UInt8], file: String, limit: Int = .max) -> Words {
        var scalars = String(decoding: octets, as: UTF8.self).unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var state = State(file: file)
        for scalar in scalars {
            state.read(scalar)
            guard state.words.tokens.count <= limit else { return state.words }
        }
        if state.isQuoted { state.warn("the quote that begins here does not end") }
        if !state.word.isEmpty { state.emit() }
        return state.words
    }

    private struct State {
        let file: String
        var words = Words()
        var word = String.UnicodeScalarView()
        var line = 1
        /// The line on which the word begins.
        var wordLine = 1
        /// The line on which the last word ends; 0 before the first.
        var lastLine = 0
        var isComment = false
        /// The line of a comment that began inside of a word and ended with it; 0 for none.
        var cutLine = 0
        var isQuoted = false
        var isEscaped = false

        mutating func read(_ scalar: Unicode.Scalar) {
            if isQuoted { return readQuoted(scalar) }
            if State.isSpace(scalar) {
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
                if cutLine == line {
                    warn("'#' inside of a word comments out no more than the word")
                    cutLine = 0
                }
                wordLine = line
                if scalar == "\"" {
                    isQuoted = true
                    return
                }
            }
            word.append(scalar)
        }

        private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            guard scalar.isASCII else { return scalar.properties.isWhitespace }
            return scalar == " " || ("\t"..."\r").contains(scalar)
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
            words.tokens.append(
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
            if isComment { cutLine = line }
            isComment = false
        }

        mutating func warn(_ message: String) {
            let position = SourcePosition(file: file, line: isQuoted ? wordLine : line)
            let mend = isQuoted ? "end it with '\"'" : "put white space before it"
            words.warnings.append(CorefileError(at: position, message, mend: mend))
        }
    }
}
