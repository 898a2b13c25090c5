/// Why ports can't be forwarded; worded as kubectl words it, where kubectl has words for it.
public struct PortForwardError: Error, Equatable, CustomStringConvertible {
    /// What kind of mistake it is.
    public enum Code: Sendable, Hashable {
        /// The command makes no sense.
        case usage
        /// The target doesn't have what was asked for.
        case refused
        /// No local port could be listened on.
        case cannotListen
        /// The target was there, and has gone.
        case lost
    }

    /// The kind of mistake.
    public var code: Code
    /// What is wrong, and how to mend it where that isn't plain.
    public var description: String

    /// Creates an error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
