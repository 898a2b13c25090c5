/// Everything that is wrong with one object.
public struct ValidationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The object's kind with its group, as the API server names it: `Deployment.apps`.
    public var kind: String
    /// The object's name; may be empty.
    public var name: String
    /// The errors, at least one.
    public var errors: [FieldError]

    /// Creates the errors of an object.
    public init(kind: Kind, name: String, errors: [FieldError]) {
        self.init(
            kind: kind.group.isEmpty ? kind.rawValue : "\(kind.rawValue).\(kind.group)",
            name: name,
            errors: errors
        )
    }

    /// Creates the errors of an object whose kind is given as text.
    public init(kind: String, name: String, errors: [FieldError]) {
        self.kind = kind
        self.name = name
        self.errors = errors
    }

    /// The message of the API server's `422 Invalid`: one error, or a list in brackets.
    public var description: String { "\(kind) \(JSONWriter.quoted(name)) is invalid: \(summary)" }

    /// The errors alone: one, or several in brackets, each said once.
    public var summary: String {
        var seen: Set<String> = []
        let messages = errors.map(\.description).filter { seen.insert($0).inserted }
        return messages.count == 1 ? messages[0] : "[" + messages.joined(separator: ", ") + "]"
    }
}
