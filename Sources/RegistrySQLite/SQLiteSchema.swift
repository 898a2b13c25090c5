import GRDB
import Registry

/// The tables of a registry's file, and the steps that make them.
enum SQLiteSchema {
    /// Marks the file as ours in its header: "MRTL".
    static let applicationID: Int32 = 0x4D52_544C

    /// The version of the tables: the number of steps.
    static var version: Int32 { Int32(steps.count) }

    /// The steps from one version to the next; a step that was released never changes.
    private static let steps: [String] = [
        """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 0),
            revision INTEGER NOT NULL,
            compacted INTEGER NOT NULL,
            change_count INTEGER NOT NULL
        );
        INSERT INTO state VALUES (0, 0, 0, 0);
        CREATE TABLE settings (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE objects (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            terms TEXT NOT NULL,
            json TEXT NOT NULL,
            UNIQUE (kind, namespace, name)
        );
        CREATE TABLE terms (
            kind TEXT NOT NULL,
            term TEXT NOT NULL,
            namespace TEXT NOT NULL,
            object INTEGER NOT NULL,
            PRIMARY KEY (kind, term, namespace, object)
        ) WITHOUT ROWID;
        CREATE TABLE changes (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            old TEXT,
            new TEXT
        );
        """
    ]

    /// Brings the tables to this version, inside the caller's transaction.
    ///
    /// - Throws: ``RegistryError/storage(_:)`` if the file belongs to another program or to a newer
    ///   version of Martlet.
    static func migrate(_ database: Database, path: String) throws {
        let found = try check(database, path: path)
        guard found < version else { return }
        for step in steps[Int(found)...] { try database.execute(sql: step) }
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Returns the version of the tables that are there; 0 for an empty file.
    @discardableResult
    static func check(_ database: Database, path: String) throws -> Int32 {
        let owner = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if owner == 0 {
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            guard tables == 0 else { throw foreign(path) }
            return 0
        }
        guard owner == applicationID else { throw foreign(path) }
        guard found <= version else {
            throw RegistryError.storage(
                StorageProblem(
                    code: .newerVersion,
                    path: path,
                    detail: "its tables have version \(found), this version knows \(version)"
                )
            )
        }
        return found
    }

    private static func foreign(_ path: String) -> RegistryError {
        .storage(
            StorageProblem(
                code: .corrupt,
                path: path,
                detail: "it is the database of another program"
            )
        )
    }
}
