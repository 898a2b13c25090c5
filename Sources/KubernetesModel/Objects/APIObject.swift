/// A Kubernetes object as applied: its identity, and every field it was written with.
///
/// Typed views (``Service``, ``Pod``, …) are read from it; writes change `fields`, so that what
/// Martlet doesn't interpret is kept.
public struct APIObject: Sendable, Equatable {
    /// The object's identity, equal to what `fields` say.
    public var key: ObjectKey
    /// All fields, `apiVersion` and `kind` included.
    public var fields: Fields

    /// Creates an object from its identity and fields.
    public init(key: ObjectKey, fields: Fields) {
        self.key = key
        self.fields = fields
    }
}
