/// Why a server could not start or change.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, where.
    public var message: String
    /// What to do about it; empty if the message says it.
    public var mend: String

    /// Creates an error.
    public init(_ message: String, mend: String = "") {
        self.message = message
        self.mend = mend
    }

    /// What went wrong, and what to do about it.
    public var description: String { mend.isEmpty ? message : "\(message): \(mend)" }
}
