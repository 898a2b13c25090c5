/// A text with places for the groups of a match.
public struct PatternTemplate: Sendable {
    private enum Piece: Sendable {
        case literal(String)
        case group(Int)
        case named(String)
    }

    private var pieces: [Piece] = []

    /// The largest group number that the template mentions.
    public private(set) var highestGroup = 0

    /// Reads a template where `{1}` stands for group 1; other braces are text.
    ///
    /// - Parameter text: The template, as in CoreDNS' rewrite and auto plugins.
    public init(braces text: String) {
        let octets = Array(text.utf8)
        var literal: [UInt8] = []
        var offset = 0
        while offset < octets.count {
            var end = offset + 1
            while end < octets.count, octets[end].isASCIIDigit { end += 1 }
            let isGroup =
                octets[offset] == UInt8(ascii: "{") && end < octets.count
                && octets[end] == UInt8(ascii: "}")
            let digits = String(
                decoding: octets[(offset + 1)..<max(end, offset + 1)],
                as: UTF8.self
            )
            if isGroup, let group = Int(digits) {
                append(literal: &literal)
                append(.group(group))
                offset = end + 1
            } else {
                literal.append(octets[offset])
                offset += 1
            }
        }
        append(literal: &literal)
    }

    /// Reads a template of Go's: `$1`, `$name`, `${name}`, and `$$` for a dollar sign.
    ///
    /// - Parameter text: The template; a `$` that starts none of these is text.
    public init(dollars text: String) {
        let octets = Array(text.utf8)
        var literal: [UInt8] = []
        var offset = 0
        while offset < octets.count {
            guard octets[offset] == UInt8(ascii: "$"), offset + 1 < octets.count else {
                literal.append(octets[offset])
                offset += 1
                continue
            }
            if octets[offset + 1] == UInt8(ascii: "$") {
                literal.append(octets[offset])
                offset += 2
                continue
            }
            let isBraced = octets[offset + 1] == UInt8(ascii: "{")
            let start = offset + (isBraced ? 2 : 1)
            var end = start
            while end < octets.count, octets[end].isWord { end += 1 }
            let isClosed = !isBraced || (end < octets.count && octets[end] == UInt8(ascii: "}"))
            guard end > start, isClosed else {
                literal.append(octets[offset])
                offset += 1
                continue
            }
            append(literal: &literal)
            let name = String(decoding: octets[start..<end], as: UTF8.self)
            append(Int(name).map(Piece.group) ?? .named(name))
            offset = isBraced ? end + 1 : end
        }
        append(literal: &literal)
    }

    private mutating func append(_ piece: Piece) {
        if case .group(let group) = piece { highestGroup = max(highestGroup, group) }
        pieces.append(piece)
    }

    private mutating func append(literal: inout [UInt8]) {
        guard !literal.isEmpty else { return }
        pieces.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal = []
    }

    /// Puts the groups of a match into the template.
    ///
    /// - Parameter match: The match.
    /// - Returns: The text; groups that took no part, or that there aren't, are empty.
    public func expand(_ match: PatternMatch) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .group(let group): text += match[group] ?? ""
            case .named(let name): text += match[name] ?? ""
            }
        }
        return text
    }
}
