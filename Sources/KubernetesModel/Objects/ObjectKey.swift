/// What identifies an object in a registry.
public struct ObjectKey: Sendable, Hashable {
    /// The object's kind.
    public let kind: Kind
    /// The object's namespace; empty for cluster-scoped kinds.
    public let namespace: String
    /// The object's name.
    public let name: String

    /// Creates a key.
    public init(kind: Kind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}
