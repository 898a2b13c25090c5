import GRDB
import KubernetesModel
import Registry

/// The table of changes: what observers that were away read to catch up.
///
/// A row's number is its revision and its place in the transaction, so that rows lie in order and
/// are found by revision without another index.
struct SQLiteChangeLog {
    /// The bits of a row's number that count within a transaction.
    private static let placeBits: Int64 = 24

    private let database: Database
    private let path: String

    init(_ database: Database, path: String) {
        self.database = database
        self.path = path
    }

    private static func firstRow(of revision: Revision) -> Int64 {
        Int64(clamping: revision) << placeBits
    }

    /// Adds the changes of a transaction, and cuts off what is too old or too much.
    func append(
        _ changes: [Change],
        revision: Revision,
        time: Int64,
        countMax: Int,
        secondsMax: Int64
    ) throws {
        var count = try number("SELECT change_count FROM state")
        var compacted = try number("SELECT compacted FROM state")
        if changes.count > countMax {
            // Observers list again anyway: writing so much twice would only cost time.
            try database.execute(sql: "DELETE FROM changes")
            count = 0
            compacted = Int64(clamping: revision)
        } else {
            try insert(changes, revision: revision, time: time)
            count += Int64(changes.count)
            let cut = try cutRow(
                count: count,
                countMax: countMax,
                time: time,
                secondsMax: secondsMax
            )
            if let cut {
                // Whole revisions only; this transaction's own changes stay.
                let through = min(cut >> Self.placeBits, Int64(clamping: revision) - 1)
                if through > compacted {
                    try database.execute(
                        sql: "DELETE FROM changes WHERE id < ?",
                        arguments: [Self.firstRow(of: Revision(through) + 1)]
                    )
                    count -= Int64(database.changesCount)
                    compacted = through
                }
            }
        }
        try database.cachedStatement(
            sql: "UPDATE state SET revision = ?, compacted = ?, change_count = ?"
        ).execute(arguments: [Int64(clamping: revision), compacted, count])
    }

    /// The last row to cut off; nil if the log is short and young enough.
    ///
    /// Twice the count and the age are let grow, so that cutting is rare.
    private func cutRow(
        count: Int64,
        countMax: Int,
        time: Int64,
        secondsMax: Int64
    ) throws -> Int64? {
        if count > 2 * Int64(countMax) {
            return try Int64.fetchOne(
                database,
                sql: "SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET ?",
                arguments: [countMax]
            )
        }
        let oldest = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT time FROM changes ORDER BY id LIMIT 1")
        )
        guard let oldest, oldest < time - 2 * secondsMax else { return nil }
        return try Int64.fetchOne(
            database,
            sql: "SELECT max(id) FROM changes WHERE time < ?",
            arguments: [time - secondsMax]
        )
    }

    private func insert(_ changes: [Change], revision: Revision, time: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        for (place, change) in changes.enumerated() {
            let key = change.object.key
            let new =
                change.type == .deleted ? nil : JSONWriter.compact(.object(change.object.fields))
            let old = change.previous.map { JSONWriter.compact(.object($0.fields)) }
            try statement.execute(
                arguments: [
                    Self.firstRow(of: revision) + Int64(place), time, key.kind.rawValue,
                    key.namespace, key.name, old, new,
                ]
            )
        }
    }

    private func number(_ sql: String) throws -> Int64 {
        try Int64.fetchOne(database.cachedStatement(sql: sql)) ?? 0
    }

    /// Returns the changes after a revision, whole transactions only.
    func changes(after known: Revision, limit: Int) throws -> ChangeBatch {
        var changes: [Change] = []
        let revision = try forEachRow(after: known, limit: limit) { revision, row in
            changes.append(try change(revision, row))
        }
        return ChangeBatch(changes: changes, revision: revision)
    }

    /// Returns the changes after a revision, whole transactions only, as they are stored.
    func storedChanges(after known: Revision, limit: Int) throws -> StoredChangeBatch {
        var changes: [StoredChange] = []
        let revision = try forEachRow(after: known, limit: limit) { _, row in
            let new: String? = row[5]
            guard let json = new ?? row[4] as String? else { throw changesNothing }
            let stored = SQLiteState.stored(try key(row), json, path: path)
            changes.append(StoredChange(isDeletion: new == nil, object: stored))
        }
        return StoredChangeBatch(changes: changes, revision: revision)
    }

    /// Visits the rows after a revision.
    ///
    /// - Returns: The revision up to which everything was visited.
    private func forEachRow(
        after known: Revision,
        limit: Int,
        _ body: (Revision, Row) throws -> Void
    ) throws -> Revision {
        let state = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT revision, compacted FROM state")
        )
        let current = Revision(state?[0] as Int64? ?? 0)
        let compacted = Revision(state?[1] as Int64? ?? 0)
        guard known <= current else {
            throw RegistryError.revisionTooNew(requested: known, current: current)
        }
        guard known >= compacted else {
            throw RegistryError.compacted(requested: known, oldest: compacted)
        }
        let statement = try database.cachedStatement(
            sql: "SELECT id, kind, namespace, name, old, new FROM changes WHERE id >= ? ORDER BY id"
        )
        let cursor = try Row.fetchCursor(statement, arguments: [Self.firstRow(of: known + 1)])
        var count = 0
        var last: Revision?
        while let row = try cursor.next() {
            let id: Int64 = row[0]
            let revision = Revision(id >> Self.placeBits)
            if count >= max(1, limit), let last, last != revision { return last }
            try body(revision, row)
            count += 1
            last = revision
        }
        return current
    }

    private func key(_ row: Row) throws -> ObjectKey {
        guard let kind = Kind(rawValue: row[1]) else {
            throw RegistryError.damaged(path, "a change of an unknown kind")
        }
        return ObjectKey(kind: kind, namespace: row[2], name: row[3])
    }

    private func change(_ revision: Revision, _ row: Row) throws -> Change {
        let key = try key(row)
        func object(_ text: String?) throws -> APIObject? {
            try text.map { try SQLiteState.stored(key, $0, path: path).object() }
        }
        guard
            let change = Change(
                revision: revision,
                from: try object(row[4]),
                to: try object(row[5])
            )
        else { throw changesNothing }
        return change
    }

    private var changesNothing: RegistryError {
        .damaged(path, "a change that changes nothing")
    }
}
