/// Where a registry keeps its objects: a transactional store with a log of changes.
///
/// All calls block their thread until done and may come from any thread. Errors are
/// ``RegistryError`` values, except those thrown by the closures, which are passed on.
public protocol RegistryStore: Sendable {
    /// Where the store is, as the URL that opens it.
    var location: String { get }

    /// Calls `body` with one consistent state of the store.
    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result

    /// Calls `body` with a transaction and commits what it did, all or nothing.
    ///
    /// One writer runs at a time, across all processes. When `body` throws, nothing of it is kept.
    /// When the call returns, the writes are durable (as far as the store is), and everybody who
    /// waits for changes is woken.
    ///
    /// - Returns: What `body` returned, and the revision: a new one if any object changed.
    func write<Result>(
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> (result: Result, revision: Revision)

    /// Returns the changes after a revision, oldest first.
    ///
    /// - Parameters:
    ///   - revision: The revision whose changes the caller knows already.
    ///   - limit: The number of changes after which the batch ends; a transaction is never split.
    /// - Returns: The changes and where to continue.
    /// - Throws: ``RegistryError/compacted(requested:oldest:)`` if the log does not reach back,
    ///   ``RegistryError/revisionTooNew(requested:current:)`` if the revision is in the future.
    func changes(after revision: Revision, limit: Int) throws -> ChangeBatch

    /// Returns the same changes in the store's own form, to be decoded by those who need them.
    func storedChanges(after revision: Revision, limit: Int) throws -> StoredChangeBatch

    /// Blocks until the store's revision is greater than `revision`.
    ///
    /// - Parameters:
    ///   - revision: The revision that the caller knows already.
    ///   - timeout: The longest time to wait; nil waits for ever.
    ///   - cancellation: Ends the wait early, from any thread.
    /// - Returns: The current revision; nil if the time was over or the wait was cancelled.
    /// - Throws: ``RegistryError/closed`` once the store is closed.
    func waitForChange(
        after revision: Revision,
        timeout: Duration?,
        cancellation: WaitCancellation?
    ) throws -> Revision?

    /// Closes the store and wakes everybody who waits for changes; calling it again does nothing.
    func close()
}
