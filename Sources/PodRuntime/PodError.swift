/// The reason why a pod or a node can't do what it was asked.
public struct PodError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of reason it is, for the exit status.
    public enum Kind: Sendable, Hashable {
        /// Something was refused, or is not there.
        case refused
        /// The system doesn't allow it.
        case noPermission
        /// The program couldn't be started; the status is the shell's, 126 or 127.
        case program(Int32)
    }

    /// The kind of reason.
    public var kind: Kind
    /// What is wrong, and the mend, as one sentence.
    public var description: String

    /// Creates an error.
    public init(_ description: String, kind: Kind = .refused) {
        self.description = description
        self.kind = kind
    }
}
