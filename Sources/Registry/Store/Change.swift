public import KubernetesModel

/// One object's change by one committed transaction.
public struct Change: Sendable, Equatable {
    /// What happened to the object.
    public enum ChangeType: String, Sendable, Hashable, CaseIterable {
        /// The object did not exist before.
        case added
        /// The object existed before and still does.
        case modified
        /// The object is gone.
        case deleted
    }

    /// The revision of the transaction.
    public var revision: Revision
    /// What happened to the object.
    public var type: ChangeType
    /// The object after the change; its last state, at the deletion's revision, when deleted.
    public var object: APIObject
    /// The object before the change; nil when added.
    public var previous: APIObject?

    /// Creates a change.
    public init(
        revision: Revision,
        type: ChangeType,
        object: APIObject,
        previous: APIObject? = nil
    ) {
        self.revision = revision
        self.type = type
        self.object = object
        self.previous = previous
    }
}

/// A run of changes, oldest first, of whole transactions only.
public struct ChangeBatch: Sendable, Equatable {
    /// The changes, oldest first.
    public var changes: [Change]
    /// The revision up to which this batch tells everything: ask for the changes after it next.
    public var revision: Revision

    /// Creates a batch.
    public init(changes: [Change], revision: Revision) {
        self.changes = changes
        self.revision = revision
    }
}
