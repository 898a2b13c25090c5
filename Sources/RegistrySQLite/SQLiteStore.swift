import GRDB
import Glibc
public import Registry
import Synchronization

/// A store in an SQLite file, shared by any number of processes.
///
/// The file is in write-ahead mode: readers never wait for the writer. A write that returned is on
/// the disk (`synchronous=FULL`). Writes of other processes wake those who wait for changes.
public final class SQLiteStore: RegistryStore {
    /// Where the store is, as the URL that opens it.
    public let location: String

    private let path: String
    private let pool: DatabasePool
    private let changeCountMax: Int
    private let secondsMax: Int64
    private let signal = ChangeSignal()
    private let isClosed = Atomic(false)
    private let watcher = Mutex<DirectoryWatcher?>(nil)

    /// Opens a registry's file, creating it if it does not exist.
    ///
    /// - Parameters:
    ///   - path: The path of the file; its directory must exist.
    ///   - isReadOnly: Whether to open an existing file without the right to write it.
    ///   - busyTimeout: The longest time to wait for another process's write.
    ///   - changeCountMax: The number of changes that the log keeps.
    ///   - changeSecondsMax: The seconds for which the log keeps changes.
    ///   - pageCountMax: The pages that the file may grow to; nil leaves it to the disk.
    /// - Throws: ``RegistryError/storage(_:)``.
    public init(
        path: String,
        isReadOnly: Bool = false,
        busyTimeout: Duration = .seconds(10),
        changeCountMax: Int = RegistryLimits.changeLogCountMax,
        changeSecondsMax: Int = RegistryLimits.changeLogSecondsMax,
        pageCountMax: Int? = nil
    ) throws {
        location = "sqlite:\(path)"
        let path = DatabaseFile.resolved(path)
        self.path = path
        self.changeCountMax = changeCountMax
        secondsMax = Int64(changeSecondsMax)
        try DatabaseFile.check(path, isReadOnly: isReadOnly)
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.label = "registry"
        configuration.busyMode = SQLiteStore.waiting(busyTimeout)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -16384")
            if let pageCountMax {
                try database.execute(sql: "PRAGMA max_page_count = \(pageCountMax)")
            }
        }
        pool = try translating(path) {
            try SQLiteStore.inspect(path)
            let pool = try DatabasePool(path: path, configuration: configuration)
            if isReadOnly {
                try pool.read { _ = try SQLiteSchema.check($0, path: path) }
            } else {
                try SQLiteStore.prepare(pool, path)
            }
            return pool
        }
    }

    deinit { close() }

    /// Waits for another's write, in steps of a millisecond.
    ///
    /// The waits of SQLite's own grow to 100 ms, and of somebody who writes without a pause they
    /// may find none of the gaps.
    private static func waiting(_ time: Duration) -> Database.BusyMode {
        let stepCount = Int(time / .milliseconds(1))
        return .callback { tries in
            guard tries < stepCount else { return false }
            usleep(1_000)
            return true
        }
    }

    /// Throws if the file is there but is no registry, before anything in it is changed.
    private static func inspect(_ path: String) throws {
        guard DatabaseFile.hasContent(path) else { return }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        // Through SQLite, not by reading the header: closing a file of one's own drops the locks
        // that other connections of this process have on it (POSIX).
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        try queue.read { _ = try SQLiteSchema.check($0, path: path) }
    }

    private static func prepare(_ pool: DatabasePool, _ path: String) throws {
        try pool.writeWithoutTransaction { database in
            // The pool chose NORMAL, with which a power cut may lose what was acknowledged.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Up to 512 MiB of pages, so that a bulk write reaches the log once, at its commit.
            try database.execute(sql: "PRAGMA cache_size = -524288")
            try database.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
            guard try SQLiteSchema.check(database, path: path) < SQLiteSchema.version else {
                return
            }
            try database.inTransaction(.immediate) {
                try SQLiteSchema.migrate(database, path: path)
                return .commit
            }
            // Brings the application id to the file's header, where the next opening looks for it.
            try database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
    }

    /// Calls `body` with one consistent state of the store.
    public func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        try checkOpen()
        return try translating(path) {
            try pool.read { database in
                try body(SQLiteState(database, path: path, keepsObjects: false))
            }
        }
    }

    /// Calls `body` with a transaction and commits what it did, all or nothing.
    public func write<Result>(
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> (result: Result, revision: Revision) {
        try checkOpen()
        let outcome = try translating(path) {
            try pool.writeWithoutTransaction { database in
                try transact(database, body)
            }
        }
        if outcome.isNew {
            // Touching, unlike opening and closing, leaves the process's locks alone.
            // SAFETY: a null pointer means the current time.
            unsafe utimensat(AT_FDCWD, path, nil, 0)
            signal.publish(outcome.revision)
        }
        return (outcome.result, outcome.revision)
    }

    private func transact<Result>(
        _ database: Database,
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> (result: Result, revision: Revision, isNew: Bool) {
        var outcome: (result: Result, revision: Revision, isNew: Bool)?
        // Immediate: a transaction that read first could not wait for another writer any more.
        try database.inTransaction(.immediate) {
            let state = try SQLiteState(database, path: path, keepsObjects: true)
            let result = try body(state)
            let revision = try state.finish(
                time: Int64(time(nil)),
                changeCountMax: changeCountMax,
                secondsMax: secondsMax
            )
            outcome = (result, revision, revision != state.revision)
            return .commit
        }
        guard let outcome else { throw RegistryError.closed }
        return outcome
    }

    /// Returns the changes after a revision, oldest first.
    public func changes(after revision: Revision, limit: Int) throws -> ChangeBatch {
        try checkOpen()
        return try translating(path) {
            try pool.read { database in
                try SQLiteChangeLog(database, path: path).changes(after: revision, limit: limit)
            }
        }
    }

    /// Returns the changes after a revision, oldest first, as they are stored.
    public func storedChanges(
        after revision: Revision,
        limit: Int
    ) throws -> StoredChangeBatch {
        try checkOpen()
        return try translating(path) {
            try pool.read { database in
                try SQLiteChangeLog(database, path: path)
                    .storedChanges(after: revision, limit: limit)
            }
        }
    }

    /// Blocks until the store's revision is greater than `revision`.
    public func waitForChange(
        after revision: Revision,
        timeout: Duration?,
        cancellation: WaitCancellation?
    ) throws -> Revision? {
        try checkOpen()
        if startWatching() {
            // Asked after listening began: what was committed before is seen, what comes after
            // wakes.
            try signal.publish(read { try $0.revision })
        }
        return try signal.wait(after: revision, timeout: timeout, cancellation: cancellation)
    }

    /// Begins to listen for other processes' writes; false if that was done before.
    private func startWatching() -> Bool {
        watcher.withLock { watcher in
            guard watcher == nil, !isClosed.load(ordering: .acquiring) else { return false }
            watcher = DirectoryWatcher(path: path) { [pool, signal] in
                // One statement sees one state without a transaction around it.
                let found = try? pool.unsafeRead { database in
                    let sql = "SELECT revision FROM state"
                    return try Int64.fetchOne(database.cachedStatement(sql: sql))
                }
                guard let found = found ?? nil else { return nil }
                signal.publish(Revision(found))
                return Revision(found)
            }
            return true
        }
    }

    private func checkOpen() throws(RegistryError) {
        if isClosed.load(ordering: .acquiring) { throw .closed }
    }

    /// Closes the store and wakes everybody who waits for changes.
    public func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        signal.close()
        let listening = watcher.withLock { watcher in
            defer { watcher = nil }
            return watcher
        }
        listening?.stop()
        // The log stays beside the file: emptying it here and making it again at the next opening
        // would cost each command several syncs. An error means that a reader is still at work; its
        // connection closes when it ends.
        try? pool.close()
    }
}
