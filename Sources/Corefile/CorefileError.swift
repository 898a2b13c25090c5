/// Something that is wrong in a Corefile, and how to mend it.
public struct CorefileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it is wrong; nil if the place is not in a file.
    public var position: SourcePosition?
    /// What is wrong.
    public var message: String
    /// What to do about it; empty if the message says it.
    public var mend: String

    /// Creates an error.
    public init(at position: SourcePosition?, _ message: String, mend: String = "") {
        self.position = position
        self.message = message
        self.mend = mend
    }

    /// The error as `FILE:LINE: what is wrong: what to do`.
    public var description: String {
        let place = position.map { "\($0): " } ?? ""
        return place + message + (mend.isEmpty ? "" : ": \(mend)")
    }
}

/// Everything that is wrong in a Corefile.
public struct CorefileErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The errors, in the order in which they were found; at least one.
    public var errors: [CorefileError]
    /// What is legal but most likely not meant; not a part of the description.
    public var warnings: [CorefileError]

    /// Creates a list of errors.
    public init(_ errors: [CorefileError], warnings: [CorefileError] = []) {
        self.errors = errors
        self.warnings = warnings
    }

    /// The errors, one on each line.
    public var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
