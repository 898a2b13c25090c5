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

extension Change {
    /// Creates the change that leads from one state of an object to another; nil if it is none.
    ///
    /// A deletion's last state carries the deletion's revision, as the API server's does.
    ///
    /// - Parameters:
    ///   - revision: The revision of the transaction.
    ///   - old: The state before; nil if there was no object.
    ///   - new: The state after; nil if there is no object.
    public init?(revision: Revision, from old: APIObject?, to new: APIObject?) {
        switch (old, new) {
        case (nil, nil): return nil
        case (nil, let new?): self.init(revision: revision, type: .added, object: new)
        case (let old?, let new?):
            guard old != new else { return nil }
            self.init(revision: revision, type: .modified, object: new, previous: old)
        case (let old?, nil):
            var last = old
            last.resourceVersion = revision
            self.init(revision: revision, type: .deleted, object: last, previous: old)
        }
    }
}
