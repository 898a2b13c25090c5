/// A namespace: a room for names.
public struct Namespace: Sendable, Equatable {
    /// The namespace's metadata.
    public var metadata: ObjectMeta

    /// Creates a namespace.
    public init(metadata: ObjectMeta) { self.metadata = metadata }
}
