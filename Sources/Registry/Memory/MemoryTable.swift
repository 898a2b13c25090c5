import KubernetesModel

/// The objects of a memory store with their terms, kept so that a list costs what it returns.
struct MemoryTable {
    /// An object and the terms it is filed under.
    struct Entry {
        var object: APIObject
        var terms: [IndexTerm]
    }

    private struct TermKey: Hashable {
        var kind: Kind
        var term: IndexTerm
    }

    /// Kind, namespace, name.
    private var objects: [Kind: [String: [String: Entry]]] = [:]
    /// Kind and term, namespace, names.
    private var index: [TermKey: [String: Set<String>]] = [:]

    subscript(key: ObjectKey) -> Entry? {
        objects[key.kind]?[key.namespace]?[key.name]
    }

    /// Files an entry under its key, or removes what is there, and returns what was there.
    @discardableResult
    mutating func set(_ key: ObjectKey, to entry: Entry?) -> Entry? {
        let old: Entry?
        if let entry {
            old = objects[key.kind, default: [:]][key.namespace, default: [:]]
                .updateValue(entry, forKey: key.name)
        } else {
            old = objects[key.kind]?[key.namespace]?.removeValue(forKey: key.name)
            if objects[key.kind]?[key.namespace]?.isEmpty == true {
                objects[key.kind]?[key.namespace] = nil
            }
        }
        if old?.terms != entry?.terms {
            for term in old?.terms ?? [] { unfile(key, term) }
            for term in entry?.terms ?? [] {
                index[TermKey(kind: key.kind, term: term), default: [:]][
                    key.namespace,
                    default: []
                ].insert(key.name)
            }
        }
        return old
    }

    private mutating func unfile(_ key: ObjectKey, _ term: IndexTerm) {
        let termKey = TermKey(kind: key.kind, term: term)
        index[termKey]?[key.namespace]?.remove(key.name)
        if index[termKey]?[key.namespace]?.isEmpty == true {
            index[termKey]?[key.namespace] = nil
            if index[termKey]?.isEmpty == true { index[termKey] = nil }
        }
    }

    /// The keys of a kind, sorted by namespace and name.
    func keys(_ kind: Kind, namespace: String?, term: IndexTerm?) -> [ObjectKey] {
        if let term {
            let filed = index[TermKey(kind: kind, term: term)] ?? [:]
            return sortedKeys(kind, namespace, filed) { $0.sorted() }
        }
        return sortedKeys(kind, namespace, objects[kind] ?? [:]) { $0.keys.sorted() }
    }

    private func sortedKeys<Room>(
        _ kind: Kind,
        _ namespace: String?,
        _ rooms: [String: Room],
        _ names: (Room) -> [String]
    ) -> [ObjectKey] {
        let namespaces = namespace.map { [$0] } ?? rooms.keys.sorted()
        return namespaces.flatMap { namespace in
            (rooms[namespace].map(names) ?? []).map {
                ObjectKey(kind: kind, namespace: namespace, name: $0)
            }
        }
    }

    /// The number of objects of a kind.
    func count(_ kind: Kind, namespace: String?, term: IndexTerm?) -> Int {
        if let term {
            let filed = index[TermKey(kind: kind, term: term)] ?? [:]
            if let namespace { return filed[namespace]?.count ?? 0 }
            return filed.values.reduce(0) { $0 + $1.count }
        }
        if let namespace { return objects[kind]?[namespace]?.count ?? 0 }
        return objects[kind]?.values.reduce(0) { $0 + $1.count } ?? 0
    }
}
