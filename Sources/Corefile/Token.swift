/// A place in a file.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// The file's path, as it was named.
    public var file: String
    /// The line, from 1.
    public var line: Int

    /// Creates a position.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// The position as `FILE:LINE`.
    public var description: String { "\(file):\(line)" }
}

/// A word of a Corefile.
public struct Token: Sendable, Hashable {
    /// The word, without quotes.
    public var text: String
    /// Where the word begins.
    public var position: SourcePosition
    /// Whether the word is the first of its line, or of a file or snippet that was imported.
    public var startsLine: Bool

    /// Creates a token.
    public init(_ text: String, at position: SourcePosition, startsLine: Bool) {
        self.text = text
        self.position = position
        self.startsLine = startsLine
    }
}
