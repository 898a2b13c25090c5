/// One object's change by one committed transaction, with the object as the store keeps it.
///
/// What was there before is left out: an observer that only wants the newest state saves reading
/// it.
public struct StoredChange: Sendable {
    /// Whether the object is gone.
    public let isDeletion: Bool
    /// The object after the change, or its last state.
    public let object: StoredObject

    /// Creates a change.
    public init(isDeletion: Bool, object: StoredObject) {
        self.isDeletion = isDeletion
        self.object = object
    }
}

/// A run of stored changes, oldest first, of whole transactions only.
public struct StoredChangeBatch: Sendable {
    /// The changes, oldest first.
    public var changes: [StoredChange]
    /// The revision up to which this batch tells everything: ask for the changes after it next.
    public var revision: Revision

    /// Creates a batch.
    public init(changes: [StoredChange], revision: Revision) {
        self.changes = changes
        self.revision = revision
    }
}

extension RegistryStore {
    /// Returns the changes after a revision, decoded already.
    public func storedChanges(
        after revision: Revision,
        limit: Int
    ) throws -> StoredChangeBatch {
        let batch = try changes(after: revision, limit: limit)
        let changes = batch.changes.map {
            StoredChange(isDeletion: $0.type == .deleted, object: StoredObject($0.object))
        }
        return StoredChangeBatch(changes: changes, revision: batch.revision)
    }
}
