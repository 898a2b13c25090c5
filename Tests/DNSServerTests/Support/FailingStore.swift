import Registry
import Synchronization

/// A store in memory whose calls fail when a test says so.
final class FailingStore: RegistryStore {
    private struct State {
        var readErrors: [RegistryError] = []
        var changeErrors: [RegistryError] = []
        var waitErrors: [RegistryError] = []
        var readCount = 0
    }

    let base: MemoryStore
    private let state = Mutex(State())

    init(changeCountMax: Int = 1_000) {
        base = MemoryStore(changeCountMax: changeCountMax)
    }

    /// Lets the next calls fail, one for each error.
    func fail(
        reads: [RegistryError] = [],
        changes: [RegistryError] = [],
        waits: [RegistryError] = []
    ) {
        state.withLock {
            $0.readErrors += reads
            $0.changeErrors += changes
            $0.waitErrors += waits
        }
    }

    /// How often the store was read.
    var readCount: Int { state.withLock { $0.readCount } }

    var location: String { "failing:" }

    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        let error = state.withLock { state in
            state.readCount += 1
            return state.readErrors.isEmpty ? nil : state.readErrors.removeFirst()
        }
        if let error { throw error }
        return try base.read(body)
    }

    func write<Result>(
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> (result: Result, revision: Revision) {
        try base.write(body)
    }

    func changes(after revision: Revision, limit: Int) throws -> ChangeBatch {
        let error = state.withLock {
            $0.changeErrors.isEmpty ? nil : $0.changeErrors.removeFirst()
        }
        if let error { throw error }
        return try base.changes(after: revision, limit: limit)
    }

    func waitForChange(
        after revision: Revision,
        timeout: Duration?,
        cancellation: WaitCancellation?
    ) throws -> Revision? {
        let error = state.withLock { $0.waitErrors.isEmpty ? nil : $0.waitErrors.removeFirst() }
        if let error { throw error }
        return try base.waitForChange(
            after: revision,
            timeout: timeout,
            cancellation: cancellation
        )
    }

    func close() { base.close() }
}
