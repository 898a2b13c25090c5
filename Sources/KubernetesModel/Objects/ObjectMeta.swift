public import OrderedCollections

/// The part of `metadata` that Martlet interprets.
public struct ObjectMeta: Sendable, Equatable {
    /// The object's name.
    public var name: String
    /// The object's namespace; empty for cluster-scoped kinds.
    public var namespace: String
    /// The object's labels.
    public var labels: OrderedDictionary<String, String>
    /// The object's annotations.
    public var annotations: OrderedDictionary<String, String>
    /// The object's unique identifier; empty before it is stored.
    public var uid: String
    /// The revision of the last write; 0 before it is stored.
    public var resourceVersion: UInt64
    /// The creation time as RFC 3339 text; empty before it is stored.
    public var creationTimestamp: String
    /// Whether the object is being deleted gracefully (`deletionTimestamp` is set).
    public var isTerminating: Bool
    /// The owner that controls the object, if any.
    public var controller: OwnerReference?

    /// Creates metadata.
    public init(
        name: String,
        namespace: String = "",
        labels: OrderedDictionary<String, String> = [:],
        annotations: OrderedDictionary<String, String> = [:],
        uid: String = "",
        resourceVersion: UInt64 = 0,
        creationTimestamp: String = "",
        isTerminating: Bool = false,
        controller: OwnerReference? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.creationTimestamp = creationTimestamp
        self.isTerminating = isTerminating
        self.controller = controller
    }
}

/// A reference to the object that owns another.
public struct OwnerReference: Sendable, Hashable {
    /// The owner's kind, as the API spells it.
    public var kind: String
    /// The owner's name.
    public var name: String
    /// The owner's unique identifier.
    public var uid: String

    /// Creates a reference.
    public init(kind: String, name: String, uid: String) {
        self.kind = kind
        self.name = name
        self.uid = uid
    }
}
