/// Why a text is not the JSON that Martlet takes.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// The column in octets, from 1.
    public var column: Int
    /// What was found and what was expected.
    public var message: String

    /// Creates an error.
    public init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    /// The error as `line 3, column 7: …`.
    public var description: String { "line \(line), column \(column): \(message)" }
}
