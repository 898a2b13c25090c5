import KubernetesModel

/// A store in memory, gone with the process: for tests and for trying things out.
///
/// One thread at a time reads or writes.
public final class MemoryStore: RegistryStore, @unchecked Sendable {
    // The class is Sendable because everything that changes is only touched while `lock` is held.
    private let lock = ExclusiveLock()
    private let signal = ChangeSignal()
    private let changeCountMax: Int
    private var table = MemoryTable()
    private var settings: [String: String] = [:]
    private var revision: Revision = 0
    private var log: [Change] = []
    private var compacted: Revision = 0
    private var isClosed = false

    /// Creates an empty store.
    ///
    /// - Parameter changeCountMax: The number of changes that the log keeps.
    public init(changeCountMax: Int = RegistryLimits.changeLogCountMax) {
        self.changeCountMax = changeCountMax
    }

    /// Where the store is: `memory:`.
    public var location: String { "memory:" }

    /// Calls `body` with one consistent state of the store.
    public func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        try lock.withLock {
            if isClosed { throw RegistryError.closed }
            let state = MemoryTransaction(table: table, settings: settings, revision: revision)
            return try body(state)
        }
    }

    /// Calls `body` with a transaction and commits what it did, all or nothing.
    public func write<Result>(
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> (result: Result, revision: Revision) {
        let outcome = try lock.withLock { () -> (result: Result, revision: Revision) in
            if isClosed { throw RegistryError.closed }
            let transaction = MemoryTransaction(
                table: table,
                settings: settings,
                revision: revision
            )
            // Given back below in every case; holding it here too would copy it at the first write.
            table = MemoryTable()
            let result: Result
            do {
                result = try body(transaction)
            } catch {
                transaction.undo()
                table = transaction.table
                throw error
            }
            table = transaction.table
            settings = transaction.settings
            append(transaction.changes())
            return (result, revision)
        }
        signal.publish(outcome.revision)
        return outcome
    }

    private func append(_ changes: [Change]) {
        guard let last = changes.last else { return }
        revision = last.revision
        guard changes.count <= changeCountMax else {
            log = []
            compacted = revision
            return
        }
        log += changes
        // Twice the room is used, so that cutting the front off is rare.
        guard log.count > 2 * changeCountMax else { return }
        let cut = log[log.count - changeCountMax - 1].revision
        compacted = cut
        log.removeFirst(log.firstIndex { $0.revision > cut } ?? log.count)
    }

    /// Returns the changes after a revision, oldest first.
    public func changes(after known: Revision, limit: Int) throws -> ChangeBatch {
        try lock.withLock {
            if isClosed { throw RegistryError.closed }
            guard known <= revision else {
                throw RegistryError.revisionTooNew(requested: known, current: revision)
            }
            guard known >= compacted else {
                throw RegistryError.compacted(requested: known, oldest: compacted)
            }
            let start = log.partitioningIndex { $0.revision > known }
            var end = min(log.count, start + min(max(1, limit), log.count))
            while end > start, end < log.count, log[end].revision == log[end - 1].revision {
                end += 1
            }
            let through = end == log.count ? revision : log[end - 1].revision
            return ChangeBatch(changes: Array(log[start..<end]), revision: through)
        }
    }

    /// Blocks until the store's revision is greater than `revision`.
    public func waitForChange(
        after revision: Revision,
        timeout: Duration?,
        cancellation: WaitCancellation?
    ) throws -> Revision? {
        try signal.wait(after: revision, timeout: timeout, cancellation: cancellation)
    }

    /// Closes the store and wakes everybody who waits for changes.
    public func close() {
        lock.withLock { isClosed = true }
        signal.close()
    }
}

extension Array {
    /// The index of the first element for which `belongs` is true, in a list of falses and trues.
    func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
