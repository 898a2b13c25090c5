/// Why a text is not the YAML that Martlet takes.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line in the file, from 1.
    public var line: Int
    /// The column, from 1; 0 if not known.
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
    public var description: String {
        column > 0 ? "line \(line), column \(column): \(message)" : "line \(line): \(message)"
    }
}
