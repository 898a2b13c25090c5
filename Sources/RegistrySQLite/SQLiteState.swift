import GRDB
import KubernetesModel
import OrderedCollections
import Registry

/// One consistent state of a registry's file, and what one transaction does to it.
///
/// Objects that were read or written are kept decoded until the transaction ends: a controller
/// looks at what was just written without reading it back.
final class SQLiteState: StoreTransaction {
    /// A row of `objects`.
    struct Row {
        var id: Int64
        var object: APIObject
        var terms: String
    }

    let database: Database
    let path: String
    let revision: Revision
    private let keepsObjects: Bool
    private var rows: [ObjectKey: Row] = [:]
    /// Keys that are known to have no row.
    private var missing: Set<ObjectKey> = []
    /// The first state of every object that was written; nil if there was none.
    private var originals: OrderedDictionary<ObjectKey, APIObject?> = [:]

    init(_ database: Database, path: String, keepsObjects: Bool) throws {
        self.database = database
        self.path = path
        self.keepsObjects = keepsObjects
        let sql = "SELECT revision FROM state"
        let number = try Int64.fetchOne(database.cachedStatement(sql: sql)) ?? 0
        revision = Revision(number)
    }

    var nextRevision: Revision { revision + 1 }

    func get(_ key: ObjectKey) throws -> APIObject? { try row(key)?.object }

    private func row(_ key: ObjectKey) throws -> Row? {
        if let row = rows[key] { return row }
        if missing.contains(key) { return nil }
        let statement = try database.cachedStatement(
            sql: "SELECT id, terms, json FROM objects WHERE kind = ? AND namespace = ? AND name = ?"
        )
        let arguments: StatementArguments = [key.kind.rawValue, key.namespace, key.name]
        guard let found = try GRDB.Row.fetchOne(statement, arguments: arguments) else {
            if keepsObjects { missing.insert(key) }
            return nil
        }
        let row = Row(id: found[0], object: try decode(key, found[2]), terms: found[1])
        if keepsObjects { rows[key] = row }
        return row
    }

    private func decode(_ key: ObjectKey, _ json: String) throws -> APIObject {
        APIObject(key: key, fields: try SQLiteState.decode(json, key, path: path))
    }

    /// Reads the fields of an object from the text of its row.
    static func decode(_ json: String, _ key: ObjectKey, path: String) throws -> Fields {
        guard case .object(let fields) = try? JSONReader.read(json) else {
            throw RegistryError.damaged(
                path,
                "\(key.kind.rawValue) \(key.namespace)/\(key.name) cannot be read"
            )
        }
        return fields
    }

    /// An object that is decoded when it is asked for.
    static func stored(_ key: ObjectKey, _ json: String, path: String) -> StoredObject {
        StoredObject(key: key, json: json) { json in
            APIObject(key: key, fields: try decode(json, key, path: path))
        }
    }

    func list(_ kind: Kind, namespace: String?, term: IndexTerm?) throws -> [APIObject] {
        var objects: [APIObject] = []
        try forEach(kind, namespace: namespace, term: term) { objects.append($0) }
        return objects
    }

    func keys(_ kind: Kind, namespace: String?, term: IndexTerm?) throws -> [ObjectKey] {
        let query = SQLiteQuery(.key, kind, namespace, term)
        let statement = try database.cachedStatement(sql: query.sql)
        var keys: [ObjectKey] = []
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: query.arguments)
        while let row = try cursor.next() {
            keys.append(ObjectKey(kind: kind, namespace: row[0], name: row[1]))
        }
        return keys
    }

    func forEach(
        _ kind: Kind,
        namespace: String?,
        term: IndexTerm?,
        _ body: (APIObject) throws -> Void
    ) throws {
        if keepsObjects {
            // The decoded objects are at hand, and `body` may look others up meanwhile.
            for key in try keys(kind, namespace: namespace, term: term) {
                if let object = try get(key) { try body(object) }
            }
            return
        }
        let query = SQLiteQuery(.object, kind, namespace, term)
        // Not from the cache: `body` may run the same query again while this one is under way.
        let statement = try database.makeStatement(sql: query.sql)
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: query.arguments)
        while let row = try cursor.next() {
            let key = ObjectKey(kind: kind, namespace: row[0], name: row[1])
            try body(decode(key, row[2]))
        }
    }

    func forEachStored(_ kind: Kind, _ body: (StoredObject) throws -> Void) throws {
        let query = SQLiteQuery(.object, kind, nil, nil)
        let statement = try database.makeStatement(sql: query.sql)
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: query.arguments)
        let path = path
        while let row = try cursor.next() {
            let key = ObjectKey(kind: kind, namespace: row[0], name: row[1])
            try body(SQLiteState.stored(key, row[2], path: path))
        }
        // A whole registry has passed: its pages would stay in memory for nobody.
        database.releaseMemory()
    }

    func count(_ kind: Kind, namespace: String?, term: IndexTerm?) throws -> Int {
        let query = SQLiteQuery(.count, kind, namespace, term)
        let statement = try database.cachedStatement(sql: query.sql)
        return try Int.fetchOne(statement, arguments: query.arguments) ?? 0
    }

    func setting(_ name: String) throws -> String? {
        let statement = try database.cachedStatement(
            sql: "SELECT value FROM settings WHERE name = ?"
        )
        return try String.fetchOne(statement, arguments: [name])
    }

    func setSetting(_ name: String, to value: String?) throws {
        guard let value else {
            let sql = "DELETE FROM settings WHERE name = ?"
            return try database.cachedStatement(sql: sql).execute(arguments: [name])
        }
        let sql = "INSERT OR REPLACE INTO settings VALUES (?, ?)"
        try database.cachedStatement(sql: sql).execute(arguments: [name, value])
    }

    func put(_ object: APIObject, terms: [IndexTerm]) throws {
        let key = object.key
        let old = try row(key)
        remember(key, old?.object)
        let json = JSONWriter.compact(.object(object.fields))
        let joined = terms.map(\.rawValue).joined(separator: "\n")
        if let old {
            try database.cachedStatement(
                sql: "UPDATE objects SET terms = ?, json = ? WHERE id = ?"
            ).execute(arguments: [joined, json, old.id])
            if old.terms != joined {
                try unfile(key, old)
                try file(key, old.id, terms)
            }
            rows[key] = Row(id: old.id, object: object, terms: joined)
            return
        }
        try database.cachedStatement(
            sql: "INSERT INTO objects (kind, namespace, name, terms, json) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [key.kind.rawValue, key.namespace, key.name, joined, json])
        let id = database.lastInsertedRowID
        try file(key, id, terms)
        missing.remove(key)
        rows[key] = Row(id: id, object: object, terms: joined)
    }

    func delete(_ key: ObjectKey) throws {
        guard let old = try row(key) else { return }
        remember(key, old.object)
        try database.cachedStatement(sql: "DELETE FROM objects WHERE id = ?")
            .execute(arguments: [old.id])
        try unfile(key, old)
        rows[key] = nil
        missing.insert(key)
    }

    private func file(_ key: ObjectKey, _ id: Int64, _ terms: [IndexTerm]) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO terms VALUES (?, ?, ?, ?)"
        )
        for term in terms {
            try statement.execute(
                arguments: [key.kind.rawValue, term.rawValue, key.namespace, id]
            )
        }
    }

    private func unfile(_ key: ObjectKey, _ row: Row) throws {
        let statement = try database.cachedStatement(
            sql: "DELETE FROM terms WHERE kind = ? AND term = ? AND namespace = ? AND object = ?"
        )
        for term in row.terms.split(separator: "\n") {
            try statement.execute(
                arguments: [key.kind.rawValue, String(term), key.namespace, row.id]
            )
        }
    }

    private func remember(_ key: ObjectKey, _ old: APIObject?) {
        if originals.index(forKey: key) == nil { originals[key] = .some(old) }
    }

    /// Writes the log of what the transaction did, and its revision; returns the revision.
    func finish(time: Int64, changeCountMax: Int, secondsMax: Int64) throws -> Revision {
        let changes = originals.compactMap { key, original in
            Change(revision: nextRevision, from: original, to: rows[key]?.object)
        }
        guard !changes.isEmpty else { return revision }
        let log = SQLiteChangeLog(database, path: path)
        try log.append(
            changes,
            revision: nextRevision,
            time: time,
            countMax: changeCountMax,
            secondsMax: secondsMax
        )
        return nextRevision
    }
}
