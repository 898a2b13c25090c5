/// Rewrites a pattern of RE2's syntax, as Go reads it, to the same pattern of PCRE2's.
///
/// Only what RE2 has passes; each construct is written anew, so that nothing of PCRE2's larger
/// language (possessive repeats, look-around, backtracking verbs, `\R`) slips through, and so that
/// `\s`, `$` and `\v` mean what they mean in Go.
///
/// - SeeAlso: Go regexp/syntax.
struct PatternTranslator {
    /// An open group: where it starts, and the largest product of repeats within.
    struct Group {
        let start: Int
        var repeats = 1
    }

    /// A Unicode class that was written: at which output offset, from what source.
    struct UnicodeClass {
        let outputOffset: Int
        let source: String
    }

    let scalars: [Unicode.Scalar]
    var offset = 0
    /// The pattern for PCRE2.
    private(set) var output = ""
    /// The names of the groups, by number; the whole match is 0.
    private(set) var groupNames: [String?] = [nil]
    private(set) var unicodeClasses: [UnicodeClass] = []

    private var open: [Group] = []
    private var outermost = Group(start: 0)
    /// The largest product of repeats in the last atom, or nil when there is nothing to repeat.
    private var atomRepeats: Int?
    /// Where the last repeat operator starts, when the pattern's last item is one.
    private var lastRepeat: Int?

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    /// Translates the whole pattern.
    mutating func translate() throws(PatternError) {
        while let scalar = peek() {
            let repeatBefore = lastRepeat
            lastRepeat = nil
            switch scalar {
            case "(": try openGroup()
            case ")": try closeGroup()
            case "|":
                offset += 1
                output += "|"
                atomRepeats = nil
            case "[": try atom { (self) throws(PatternError) in try self.translateClass() }
            case ".":
                offset += 1
                writeAtom(".")
            case "^", "$":
                offset += 1
                writeAssertion(scalar == "^" ? "^" : "$")
            case "*", "+", "?": try repeatAtom(after: repeatBefore)
            case "{":
                if repeatCount(at: offset) == nil {
                    offset += 1
                    writeAtom(PatternTranslator.literal(scalar))
                } else {
                    try repeatAtom(after: repeatBefore)
                }
            case "\\": try escape()
            default:
                offset += 1
                writeAtom(PatternTranslator.literal(scalar))
            }
        }
        guard open.isEmpty else { throw PatternError("missing closing )", text(0, scalars.count)) }
    }

    // MARK: Reading and writing

    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        offset + distance < scalars.count ? scalars[offset + distance] : nil
    }

    func text(_ start: Int, _ end: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<min(end, scalars.count)])
        return text
    }

    mutating func write(_ text: String) { output += text }

    mutating func writeAtom(_ text: String) {
        output += text
        atomRepeats = 1
    }

    /// Writes an assertion, in a group of its own where it is repeated: PCRE2 refuses `^*`.
    mutating func writeAssertion(_ text: String) {
        let isRepeated: Bool =
            switch peek() {
            case "*", "+", "?": true
            case "{": repeatCount(at: offset) != nil
            default: false
            }
        writeAtom(isRepeated ? "(?:\(text))" : text)
    }

    mutating func noteUnicodeClass(_ source: String) {
        unicodeClasses.append(UnicodeClass(outputOffset: output.utf8.count, source: source))
    }

    private mutating func atom(
        _ body: (inout PatternTranslator) throws(PatternError) -> Void
    ) throws(PatternError) {
        try body(&self)
        atomRepeats = 1
    }

    /// A scalar that stands for itself, for PCRE2.
    static func literal(_ scalar: Unicode.Scalar) -> String {
        literal(scalar.value)
    }

    static func literal(_ value: UInt32) -> String {
        if value < 0x80, UInt8(value).isWord { return String(Unicode.Scalar(UInt8(value))) }
        return "\\x{" + String(value, radix: 16) + "}"
    }

    // MARK: Groups

    private mutating func openGroup() throws(PatternError) {
        let start = offset
        offset += 1
        guard peek() == "?" else {
            try capture(named: nil, from: start)
            return
        }
        if peek(1) == "<" || peek(1) == "P" && peek(2) == "<" {
            try namedGroup(from: start)
        } else {
            try flags(from: start)
        }
    }

    private mutating func capture(named name: String?, from start: Int) throws(PatternError) {
        guard groupNames.count <= Limits.patternGroupsMax else {
            throw PatternError(
                "too many capture groups",
                text(start, start + 20),
                mend:
                    "at most \(Limits.patternGroupsMax) are kept; write `(?:`"
                    + " where one isn't needed"
            )
        }
        groupNames.append(name)
        push("(", from: start)
    }

    private mutating func push(_ opening: String, from start: Int) {
        output += opening
        open.append(Group(start: start))
        atomRepeats = nil
    }

    private mutating func namedGroup(from start: Int) throws(PatternError) {
        offset += peek(1) == "P" ? 3 : 2
        if peek(-1) == "<", peek() == "=" || peek() == "!" {
            throw unsupported(text(start, offset + 1))
        }
        guard let end = scalars[offset...].firstIndex(of: ">") else {
            throw PatternError("invalid named capture", text(start, scalars.count))
        }
        let name = text(offset, end)
        let isValid = !name.isEmpty && name.utf8.allSatisfy(\.isWord)
        guard isValid else {
            throw PatternError(
                "invalid named capture",
                text(start, end + 1),
                mend: "a name is letters, digits and underscores"
            )
        }
        guard !groupNames.contains(name) else {
            throw PatternError(
                "invalid named capture",
                name,
                mend: "the name is used twice"
            )
        }
        offset = end + 1
        try capture(named: name, from: start)
    }

    private mutating func flags(from start: Int) throws(PatternError) {
        offset += 1
        var negative = false
        var sawFlag = false
        while let scalar = peek() {
            offset += 1
            switch scalar {
            case "i", "m", "s", "U": sawFlag = true
            case "-" where !negative:
                negative = true
                sawFlag = false
            case ":", ")":
                guard !negative || sawFlag else { throw unsupported(text(start, offset)) }
                let written = text(start, offset)
                if scalar == ":" {
                    push(written, from: start)
                } else if written != "(?)" {
                    output += written
                    atomRepeats = nil
                }
                return
            default: throw unsupported(text(start, offset))
            }
        }
        throw PatternError("missing closing )", text(0, scalars.count))
    }

    private func unsupported(_ fragment: String) -> PatternError {
        let mend: String? =
            switch fragment {
            case "(?=", "(?!", "(?<=", "(?<!":
                "look-around isn't part of RE2's syntax; match the text itself and use a group"
            case "(?>": "atomic groups aren't part of RE2's syntax; write `(?:`"
            case "(?#": "comments aren't part of RE2's syntax"
            default: nil
            }
        return PatternError("invalid or unsupported Perl syntax", fragment, mend: mend)
    }

    private mutating func closeGroup() throws(PatternError) {
        guard let group = open.popLast() else {
            throw PatternError("unexpected )", text(0, scalars.count))
        }
        offset += 1
        output += ")"
        atomRepeats = group.repeats
        note(repeats: group.repeats)
    }

    // MARK: Repeats

    /// Reads `{n}`, `{n,}` or `{n,m}`; anything else there is literal text, as in Perl.
    func repeatCount(at start: Int) -> (low: Int, high: Int?, end: Int)? {
        var index = start + 1
        func number() -> Int? {
            var value: Int?
            while index < scalars.count, scalars[index].isASCII,
                UInt8(ascii: scalars[index]).isASCIIDigit
            {
                value = min((value ?? 0) * 10 + Int(scalars[index].value - 0x30), 1_000_000)
                index += 1
            }
            return value
        }
        guard let low = number(), index < scalars.count else { return nil }
        var high: Int? = low
        if scalars[index] == "," {
            index += 1
            high = number()
        }
        guard index < scalars.count, scalars[index] == "}" else { return nil }
        return (low, high, index + 1)
    }

    private mutating func repeatAtom(after repeatBefore: Int?) throws(PatternError) {
        let start = offset
        let count = peek() == "{" ? repeatCount(at: start) : nil
        offset = count?.end ?? start + 1
        let symbol = text(start, offset)
        guard let repeats = atomRepeats else {
            throw PatternError("missing argument to repetition operator", symbol)
        }
        if peek() == "?" { offset += 1 }
        if let repeatBefore {
            throw PatternError(
                "invalid nested repetition operator",
                text(repeatBefore, offset),
                mend: "put the first repetition into `(?:` and `)`"
            )
        }
        if let count {
            let times = max(count.high ?? count.low, count.low, 1)
            let isOrdered = count.high.map { $0 >= count.low } ?? true
            guard isOrdered, repeats * times <= Limits.patternRepeatMax else {
                throw PatternError(
                    "invalid repeat count",
                    symbol,
                    mend: "counts go up to \(Limits.patternRepeatMax), nested ones multiplied"
                )
            }
            atomRepeats = repeats * times
            note(repeats: repeats * times)
        }
        output += text(start, offset)
        lastRepeat = start
    }

    private mutating func note(repeats: Int) {
        guard let last = open.indices.last else { return }
        open[last].repeats = max(open[last].repeats, repeats)
    }
}
