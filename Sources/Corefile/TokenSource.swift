/// Where words come from: a file, or a snippet.
enum TokenOrigin: Hashable, CustomStringConvertible {
    case file(String)
    case snippet(String)

    /// The file's path, or the snippet's name in parentheses as where it is defined.
    var description: String {
        switch self {
        case .file(let path): path.shown
        case .snippet(let name): "(\(name.shown))"
        }
    }
}

/// The words that wait to be parsed, with all that is imported in its place.
///
/// Each import is a segment on a stack: it costs the same whatever its length, and the stack is
/// the chain of imports that led to the current word. A segment stays until the next word is
/// asked for, so that an import at the very end of a file is still inside of that file.
struct TokenSource {
    private struct Segment {
        let origin: TokenOrigin
        let tokens: [Token]
        var next = 0
        /// The segment with words left under this one; -1 if there is none.
        let below: Int
    }

    private var segments: [Segment] = []
    /// The segment that the next word comes from; -1 at the end.
    private var live = -1
    private var open: Set<TokenOrigin> = []
    /// The words that were read.
    private(set) var count = 0

    /// Puts words before those that wait; the first of them starts a line.
    mutating func push(_ tokens: [Token], from origin: TokenOrigin) {
        guard !tokens.isEmpty else { return }
        segments.append(Segment(origin: origin, tokens: tokens, below: live))
        live = segments.count - 1
    }

    /// Whether words of an origin are being read, so that importing it again would never end.
    func isOpen(_ origin: TokenOrigin) -> Bool { open.contains(origin) }

    /// What is being read, from an origin that is open to the innermost import.
    func chain(from origin: TokenOrigin) -> [TokenOrigin] {
        let started = segments.filter { $0.next > 0 }.map(\.origin)
        return Array(started.drop { $0 != origin })
    }

    /// The next word, which is not read yet.
    var peek: Token? { live < 0 ? nil : token(of: segments[live]) }

    /// Reads the next word.
    mutating func next() -> Token? {
        while segments.count - 1 > live, let last = segments.popLast() {
            open.remove(last.origin)
        }
        guard live >= 0 else { return nil }
        let token = token(of: segments[live])
        if segments[live].next == 0 { open.insert(segments[live].origin) }
        segments[live].next += 1
        count += 1
        if segments[live].next == segments[live].tokens.count { live = segments[live].below }
        return token
    }

    private func token(of segment: Segment) -> Token {
        var token = segment.tokens[segment.next]
        if segment.next == 0 { token.startsLine = true }
        return token
    }
}
