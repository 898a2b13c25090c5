/// Why a text is no selector.
public struct SelectorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found and what was expected.
    public var message: String

    /// Creates an error.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
