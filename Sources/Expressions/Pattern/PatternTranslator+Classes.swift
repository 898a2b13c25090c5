extension PatternTranslator {
    private static let named: Set<String> = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ]

    /// Translates a bracketed class.
    mutating func translateClass() throws(PatternError) {
        let start = offset
        offset += 1
        write("[")
        if peek() == "^" {
            offset += 1
            write("^")
        }
        var isFirst = true
        while let scalar = peek(), scalar != "]" || isFirst {
            isFirst = false
            if scalar == "[", peek(1) == ":", let name = try namedClass() {
                write(name)
            } else if scalar == "\\", let next = peek(1), try sharedClass(next) {
                continue
            } else {
                try range(of: start)
            }
        }
        guard peek() == "]" else {
            throw PatternError("missing closing ]", text(start, scalars.count))
        }
        offset += 1
        write("]")
    }

    /// Translates `\d` and the like in a class; false when the escape is a single character.
    private mutating func sharedClass(_ letter: Unicode.Scalar) throws(PatternError) -> Bool {
        switch letter {
        case "d", "D", "w", "W": write("\\\(letter)")
        case "s": write("\\t\\n\\f\\r\\x20")
        // PCRE2 counts the vertical tab as white space, RE2 doesn't.
        case "S": write("\\S\\x0b")
        case "p", "P":
            write(try unicodeClass())
            return true
        default: return false
        }
        offset += 2
        return true
    }

    /// Reads `[:alpha:]`; nil when the bracket is a character of the class.
    private mutating func namedClass() throws(PatternError) -> String? {
        var end = offset + 2
        while end + 1 < scalars.count, !(scalars[end] == ":" && scalars[end + 1] == "]") {
            end += 1
        }
        guard end + 1 < scalars.count else { return nil }
        let whole = text(offset, end + 2)
        var name = text(offset + 2, end)
        if name.unicodeScalars.first == "^" { name.unicodeScalars.removeFirst() }
        guard PatternTranslator.named.contains(name) else {
            throw PatternError("invalid character class range", whole)
        }
        offset = end + 2
        return whole
    }

    private mutating func range(of classStart: Int) throws(PatternError) {
        let start = offset
        let low = try classScalar(of: classStart)
        guard peek() == "-", let after = peek(1), after != "]" else {
            write(PatternTranslator.literal(low))
            return
        }
        offset += 1
        let high = try classScalar(of: classStart)
        guard low <= high else {
            throw PatternError("invalid character class range", text(start, offset))
        }
        write(PatternTranslator.literal(low) + "-" + PatternTranslator.literal(high))
    }

    private mutating func classScalar(of classStart: Int) throws(PatternError) -> UInt32 {
        guard let scalar = peek() else {
            throw PatternError("missing closing ]", text(classStart, scalars.count))
        }
        if scalar == "\\" { return try escapedScalar() }
        offset += 1
        return scalar.value
    }
}
