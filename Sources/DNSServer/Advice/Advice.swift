internal import Corefile

/// Something in a Corefile that is legal but may hurt, or could be better.
public struct Advice: Sendable, Hashable, CustomStringConvertible {
    /// How much it matters.
    public enum Level: String, Sendable, Hashable {
        /// Most likely not meant, or dear.
        case warning
        /// Worth knowing.
        case hint
    }

    /// How much it matters.
    public var level: Level
    /// The file it is about; empty if it is about none.
    public var file: String
    /// The line, from 1; 0 if it is about none.
    public var line: Int
    /// What it is, and what to do about it.
    public var message: String

    /// Gives advice about a place.
    init(_ level: Level = .warning, at position: SourcePosition?, _ message: String) {
        self.level = level
        file = position?.file ?? ""
        line = position?.line ?? 0
        self.message = message
    }

    /// Repeats what the parser or a plugin has warned of, as `FILE:LINE: message`.
    public init(text: String) {
        self.init(at: nil, text)
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let number = Int(parts[1]), parts[2].hasPrefix(" ") else { return }
        file = String(parts[0])
        line = number
        message = String(parts[2].dropFirst())
    }

    /// The advice as `FILE:LINE: message`.
    public var description: String {
        file.isEmpty ? message : "\(file):\(line): \(message)"
    }
}
