import KubernetesModel
import Synchronization

/// The changes of a registry after a revision, as one observer's filter sees them.
///
/// One thread calls ``next(timeout:)`` again and again; any thread may call ``cancel()``.
public final class Watch: Sendable {
    private let store: any RegistryStore
    private let kind: Kind?
    private let namespace: String?
    private let filter: ObjectFilter
    private let position: Mutex<Revision>
    private let cancellation = WaitCancellation()

    init(
        store: any RegistryStore,
        kind: Kind?,
        namespace: String?,
        filter: ObjectFilter,
        after revision: Revision
    ) {
        self.store = store
        self.kind = kind
        self.namespace = namespace
        self.filter = filter
        position = Mutex(revision)
    }

    /// The revision up to which the watch has told everything.
    public var revision: Revision { position.withLock { $0 } }

    /// Ends the watch: a blocked ``next(timeout:)`` returns nil, and so do all later calls.
    public func cancel() { cancellation.cancel() }

    /// Blocks until something changed for this observer.
    ///
    /// - Parameter timeout: The longest time to wait; nil waits for ever.
    /// - Returns: The changes, oldest first; empty when the time was over; nil once cancelled.
    /// - Throws: ``RegistryError/compacted(requested:oldest:)`` if the observer fell behind the
    ///   change log and must list again, ``RegistryError/closed`` if the registry was closed.
    public func next(timeout: Duration? = nil) throws -> [Change]? {
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now.advanced(by: $0) }
        while !cancellation.isCancelled {
            let known = revision
            let batch = try store.changes(after: known, limit: RegistryLimits.watchBatchMax)
            position.withLock { $0 = batch.revision }
            let changes = batch.changes.compactMap(seen)
            if !changes.isEmpty { return changes }
            if batch.revision > known { continue }
            let left = deadline.map { clock.now.duration(to: $0) }
            if let left, left <= .zero { return [] }
            let changed = try store.waitForChange(
                after: known,
                timeout: left,
                cancellation: cancellation
            )
            if changed == nil, !cancellation.isCancelled { return [] }
        }
        return nil
    }

    /// The change as this observer sees it; nil if it doesn't.
    private func seen(_ change: Change) -> Change? {
        let key = change.object.key
        if let kind, key.kind != kind { return nil }
        if let namespace, key.namespace != namespace { return nil }
        let isSeen = change.type != .deleted && filter.matches(change.object)
        let wasSeen = change.previous.map(filter.matches) ?? false
        var seen = change
        switch (wasSeen, isSeen) {
        case (false, false): return nil
        case (false, true): seen.type = .added
        case (true, true): seen.type = .modified
        case (true, false): seen.type = .deleted
        }
        return seen
    }
}
