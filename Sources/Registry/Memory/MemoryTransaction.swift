import KubernetesModel
import OrderedCollections

/// One transaction of a memory store: the table it works on, and how to undo what it did.
final class MemoryTransaction: StoreTransaction {
    private(set) var table: MemoryTable
    private(set) var settings: [String: String]
    let revision: Revision
    /// The first state of every object that was written; nil if there was none.
    private var originals: OrderedDictionary<ObjectKey, MemoryTable.Entry?> = [:]

    init(table: MemoryTable, settings: [String: String], revision: Revision) {
        self.table = table
        self.settings = settings
        self.revision = revision
    }

    var nextRevision: Revision { revision + 1 }

    func get(_ key: ObjectKey) -> APIObject? { table[key]?.object }

    func list(_ kind: Kind, namespace: String?, term: IndexTerm?) -> [APIObject] {
        keys(kind, namespace: namespace, term: term).compactMap { table[$0]?.object }
    }

    func keys(_ kind: Kind, namespace: String?, term: IndexTerm?) -> [ObjectKey] {
        table.keys(kind, namespace: namespace, term: term)
    }

    func forEach(
        _ kind: Kind,
        namespace: String?,
        term: IndexTerm?,
        _ body: (APIObject) throws -> Void
    ) rethrows {
        for key in keys(kind, namespace: namespace, term: term) {
            if let object = table[key]?.object { try body(object) }
        }
    }

    func count(_ kind: Kind, namespace: String?, term: IndexTerm?) -> Int {
        table.count(kind, namespace: namespace, term: term)
    }

    func setting(_ name: String) -> String? { settings[name] }

    func put(_ object: APIObject, terms: [IndexTerm]) {
        let entry = MemoryTable.Entry(object: object, terms: terms)
        remember(object.key, table.set(object.key, to: entry))
    }

    func delete(_ key: ObjectKey) {
        guard let old = table.set(key, to: nil) else { return }
        remember(key, old)
    }

    func setSetting(_ name: String, to value: String?) { settings[name] = value }

    private func remember(_ key: ObjectKey, _ old: MemoryTable.Entry?) {
        if originals.index(forKey: key) == nil { originals[key] = .some(old) }
    }

    /// Puts every written object back as it was.
    func undo() {
        for (key, entry) in originals { table.set(key, to: entry) }
    }

    /// What the transaction did, each object once, in the order of their first write.
    func changes() -> [Change] {
        originals.compactMap { key, original in
            Change(
                revision: nextRevision,
                from: original?.object,
                to: table[key]?.object
            )
        }
    }
}
