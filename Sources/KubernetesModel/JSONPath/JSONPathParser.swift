/// Reads JSONPath templates by the rules of client-go's `util/jsonpath`.
struct JSONPathParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private init(_ scalars: [Unicode.Scalar], depth: Int) {
        self.scalars = scalars
        self.depth = depth
    }

    // MARK: Templates

    mutating func template() throws(JSONPathError) -> [JSONPathPiece] {
        let (pieces, closed) = try pieces()
        if closed { throw JSONPathError("{end} without {range}") }
        return pieces
    }

    /// Reads pieces up to the end of the text or to an `{end}`.
    private mutating func pieces() throws(JSONPathError) -> ([JSONPathPiece], closed: Bool) {
        var pieces: [JSONPathPiece] = []
        var text = ""
        while position < scalars.count {
            guard scalars[position] == "{" else {
                text.unicodeScalars.append(scalars[position])
                position += 1
                continue
            }
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
            position += 1
            skipSpace()
            if takeWord("end") {
                try close()
                return (pieces, true)
            }
            if takeWord("range") {
                try enter()
                let steps = try steps(until: "}")
                try close()
                let (inner, closed) = try self.pieces()
                guard closed else { throw JSONPathError("unclosed {range}; expected {end}") }
                depth -= 1
                pieces.append(.range(steps, inner))
                continue
            }
            let steps = try steps(until: "}")
            try close()
            pieces += JSONPathParser.pieces(of: steps)
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return (pieces, false)
    }

    /// Makes text of literal strings; they print without regard to the value.
    private static func pieces(of steps: [JSONPathStep]) -> [JSONPathPiece] {
        if steps.count == 1, case .literal(.string(let text)) = steps[0] { return [.text(text)] }
        return [.path(steps)]
    }

    private mutating func enter() throws(JSONPathError) {
        depth += 1
        guard depth <= Limits.expressionDepthMax else {
            throw JSONPathError("nested deeper than \(Limits.expressionDepthMax) levels")
        }
    }

    private mutating func close() throws(JSONPathError) {
        skipSpace()
        guard take("}") else { throw JSONPathError("unclosed action; expected '}'") }
    }

    // MARK: Paths

    /// Reads the steps of a path up to a closing brace or the end of the text.
    private mutating func steps(until end: Unicode.Scalar?) throws(JSONPathError) -> [JSONPathStep]
    {
        var steps: [JSONPathStep] = []
        while true {
            skipSpace()
            guard position < scalars.count else {
                if end != nil { throw JSONPathError("unclosed action; expected '}'") }
                return steps
            }
            let scalar = scalars[position]
            if scalar == end { return steps }
            switch scalar {
            case "[": steps += try brackets()
            case ".":
                position += 1
                if take(".") { steps.append(.descend) }
                // A field may follow, or brackets, or nothing at all.
                let name = fieldName()
                if !name.isEmpty { steps.append(name == "*" ? .all : .field(unescaped(name))) }
            case "$":
                position += 1
                steps.append(.root)
            case "@": position += 1
            case "\"", "'": steps.append(.literal(.string(try quoted(scalar))))
            case "0"..."9", "-", "+": steps.append(.literal(try number()))
            default: steps.append(try word())
            }
        }
    }

    private mutating func word() throws(JSONPathError) -> JSONPathStep {
        if takeWord("true") { return .literal(.bool(true)) }
        if takeWord("false") { return .literal(.bool(false)) }
        let name = fieldName()
        guard name.isEmpty else {
            throw JSONPathError("unrecognized identifier \(name); a path begins with '.'")
        }
        throw JSONPathError("unrecognized character in action: '\(scalars[position])'")
    }

    /// Reads a name up to a sign that ends it; a backslash keeps the next sign.
    private mutating func fieldName() -> String {
        var name = ""
        while position < scalars.count {
            let scalar = scalars[position]
            if scalar == "\\" {
                name.unicodeScalars.append(scalar)
                position += 1
                guard position < scalars.count else { break }
            } else if " \t\r\n.,[]$@{}()".unicodeScalars.contains(scalar) {
                break
            }
            name.unicodeScalars.append(scalars[position])
            position += 1
        }
        return name
    }

    private func unescaped(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != "\\" }))
    }

    private mutating func quoted(_ quote: Unicode.Scalar) throws(JSONPathError) -> String {
        position += 1
        var text = ""
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == quote { return text }
            guard scalar == "\\", position < scalars.count else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let escape = scalars[position]
            position += 1
            switch escape {
            case "n": text += "\n"
            case "t": text += "\t"
            case "r": text += "\r"
            case "\\", "\"", "'": text.unicodeScalars.append(escape)
            default: text.unicodeScalars.append(contentsOf: [scalar, escape])
            }
        }
        throw JSONPathError("unterminated quoted string")
    }

    private mutating func number() throws(JSONPathError) -> Value {
        let start = position
        while position < scalars.count, "+-.0123456789eE".unicodeScalars.contains(scalars[position])
        {
            position += 1
        }
        let text = string(scalars[start..<position])
        if let whole = Int64(text) { return .integer(whole) }
        guard let number = Double(text), number.isFinite else {
            throw JSONPathError("cannot parse number \(text)")
        }
        return .number(number)
    }

    // MARK: Brackets

    private mutating func brackets() throws(JSONPathError) -> [JSONPathStep] {
        let inside = try bracketed()
        let trimmed = inside.drop(while: isSpace)
        if trimmed.starts(with: ["?", "("]), inside.last == ")" {
            return [try filter(Array(trimmed.dropFirst(2).dropLast()))]
        }
        let parts = JSONPathParser.split(inside)
        if parts.count > 1 {
            try enter()
            var paths: [[JSONPathStep]] = []
            for part in parts { paths.append(try element(part)) }
            depth -= 1
            return [.union(paths)]
        }
        return try element(inside)
    }

    /// Takes what is between brackets, other brackets and quotes included.
    private mutating func bracketed() throws(JSONPathError) -> [Unicode.Scalar] {
        position += 1
        let start = position
        var open = 1
        var quote: Unicode.Scalar?
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if let current = quote {
                if scalar == "\\" { position = min(position + 1, scalars.count) }
                if scalar == current { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "[" {
                open += 1
            } else if scalar == "]" {
                open -= 1
                if open == 0 { return Array(scalars[start..<(position - 1)]) }
            }
        }
        throw JSONPathError("unterminated array; expected ']'")
    }

    /// Splits a union at its commas.
    private static func split(_ inside: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var parts: [[Unicode.Scalar]] = [[]]
        var quote: Unicode.Scalar?
        for scalar in inside {
            if let current = quote {
                if scalar == current { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "," {
                parts.append([])
                continue
            }
            parts[parts.count - 1].append(scalar)
        }
        return parts
    }

    /// Reads an index, a slice, `*` or a key in quotes.
    private func element(_ inside: [Unicode.Scalar]) throws(JSONPathError) -> [JSONPathStep] {
        let text = string(inside[...]).trimmingSpaces
        if text == "*" { return [.all] }
        if let first = text.unicodeScalars.first, first == "'" || first == "\"" {
            guard text.unicodeScalars.count >= 2, text.unicodeScalars.last == first else {
                throw JSONPathError("unterminated quoted string in brackets")
            }
            // A key in quotes is read like a path: its dots, if not escaped, lead deeper.
            let key = text.dropFirst().dropLast()
            var parser = JSONPathParser(Array(".\(key)".unicodeScalars), depth: depth)
            return try parser.steps(until: nil)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var numbers: [Int?] = []
        for part in parts {
            let part = String(part).trimmingSpaces
            guard part.isEmpty || Int(part) != nil else {
                throw JSONPathError("invalid array index \(text)")
            }
            numbers.append(Int(part))
        }
        switch numbers.count {
        case 1:
            guard let index = numbers[0] else { throw JSONPathError("invalid array index \(text)") }
            return [.slice(start: index, end: nil, step: nil, isIndex: true)]
        case 2, 3:
            let step = numbers.count == 3 ? numbers[2] : nil
            if let step, step < 1 { throw JSONPathError("step must be > 0") }
            return [.slice(start: numbers[0], end: numbers[1], step: step, isIndex: false)]
        default: throw JSONPathError("invalid array index \(text)")
        }
    }

    private mutating func filter(_ inside: [Unicode.Scalar]) throws(JSONPathError) -> JSONPathStep {
        try enter()
        defer { depth -= 1 }
        guard let (range, comparison) = JSONPathParser.comparison(in: inside) else {
            var parser = JSONPathParser(inside, depth: depth)
            return .filter(try parser.steps(until: nil), nil, [])
        }
        var left = JSONPathParser(Array(inside[..<range.lowerBound]), depth: depth)
        var right = JSONPathParser(Array(inside[range.upperBound...]), depth: depth)
        return .filter(try left.steps(until: nil), comparison, try right.steps(until: nil))
    }

    /// Finds the sign of a comparison, outside of quotes and inner brackets.
    private static func comparison(
        in inside: [Unicode.Scalar]
    ) -> (Range<Int>, JSONPathComparison)? {
        var quote: Unicode.Scalar?
        var open = 0
        for (index, scalar) in inside.enumerated() {
            if let current = quote {
                if scalar == current { quote = nil }
                continue
            }
            if scalar == "'" || scalar == "\"" { quote = scalar }
            if scalar == "[" { open += 1 }
            if scalar == "]" { open -= 1 }
            guard open == 0 else { continue }
            for sign in JSONPathComparison.allCases {
                let text = Array(sign.rawValue.unicodeScalars)
                if inside[index...].starts(with: text) {
                    return (index..<(index + text.count), sign)
                }
            }
        }
        return nil
    }

    // MARK: Scalars

    private func string(_ part: ArraySlice<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: part)
        return text
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }

    private mutating func skipSpace() {
        while position < scalars.count, isSpace(scalars[position]) { position += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < scalars.count, scalars[position] == scalar else { return false }
        position += 1
        return true
    }

    /// Takes a word that stands alone.
    private mutating func takeWord(_ word: String) -> Bool {
        let text = Array(word.unicodeScalars)
        guard scalars[position...].starts(with: text) else { return false }
        let end = position + text.count
        if end < scalars.count, !isSpace(scalars[end]), scalars[end] != "}" { return false }
        position = end
        return true
    }
}

extension String {
    /// The text without spaces around it.
    fileprivate var trimmingSpaces: String {
        var rest = self[...].unicodeScalars
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
