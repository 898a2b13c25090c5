public import Registry

/// A store in an SQLite file, shared by any number of processes.
///
/// - Note: This version only declares it.
public final class SQLiteStore: RegistryStore {
    /// Where the store is, as the URL that opens it.
    public let location: String

    /// Opens a registry's file, creating it if it does not exist.
    ///
    /// - Parameters:
    ///   - path: The path of the file; its directory must exist.
    ///   - isReadOnly: Whether to open an existing file without the right to write it.
    /// - Throws: ``RegistryError/storage(_:)``.
    public init(path: String, isReadOnly: Bool = false) throws {
        location = "sqlite:\(path)"
        throw RegistryError.badRequest("not available yet")
    }

    /// Calls `body` with one consistent state of the store.
    public func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        throw RegistryError.badRequest("not available yet")
    }

    /// Calls `body` with a transaction and commits what it did, all or nothing.
    public func write<Result>(
        _ body: (any StoreTransaction) throws -> Result
    ) throws -> (result: Result, revision: Revision) {
        throw RegistryError.badRequest("not available yet")
    }

    /// Returns the changes after a revision, oldest first.
    public func changes(after revision: Revision, limit: Int) throws -> ChangeBatch {
        throw RegistryError.badRequest("not available yet")
    }

    /// Blocks until the store's revision is greater than `revision`.
    public func waitForChange(
        after revision: Revision,
        timeout: Duration?,
        cancellation: WaitCancellation?
    ) throws -> Revision? {
        throw RegistryError.badRequest("not available yet")
    }

    /// Closes the store and wakes everybody who waits for changes.
    public func close() {}
}
