public import KubernetesModel

/// One consistent state of a store, as seen inside a transaction.
///
/// A reader is valid only inside the closure that received it, on the thread that received it.
public protocol StoreReader {
    /// The revision of the last committed transaction.
    var revision: Revision { get throws }

    /// Returns an object; nil if there is none of that identity.
    func get(_ key: ObjectKey) throws -> APIObject?

    /// Returns the objects of a kind, sorted by namespace and name.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The only namespace to look in; nil for all.
    ///   - term: A term that the objects must have; nil for all objects.
    /// - Returns: The objects, sorted.
    /// - Throws: ``RegistryError/storage(_:)``.
    func list(_ kind: Kind, namespace: String?, term: IndexTerm?) throws -> [APIObject]

    /// Returns the names of the objects that ``list(_:namespace:term:)`` would give, in its order.
    ///
    /// Cheaper than the list, because no object is read.
    func keys(_ kind: Kind, namespace: String?, term: IndexTerm?) throws -> [ObjectKey]

    /// Calls `body` with each object of a kind, sorted by namespace and name.
    ///
    /// Objects are read one after the other, so a large kind needs no large memory. Nothing may be
    /// written while the objects are visited.
    func forEach(
        _ kind: Kind,
        namespace: String?,
        term: IndexTerm?,
        _ body: (APIObject) throws -> Void
    ) throws

    /// Calls `body` with every object of a kind in the store's own form, in no order.
    func forEachStored(_ kind: Kind, _ body: (StoredObject) throws -> Void) throws

    /// Returns the number of objects of a kind.
    func count(_ kind: Kind, namespace: String?, term: IndexTerm?) throws -> Int

    /// Returns a setting's text; nil if it was never set.
    func setting(_ name: String) throws -> String?
}

extension StoreReader {
    /// Returns all objects of a kind, sorted by namespace and name.
    public func list(_ kind: Kind, namespace: String? = nil) throws -> [APIObject] {
        try list(kind, namespace: namespace, term: nil)
    }

    /// Returns the number of objects of a kind.
    public func count(_ kind: Kind, namespace: String? = nil) throws -> Int {
        try count(kind, namespace: namespace, term: nil)
    }
}

/// A write in progress: a reader that sees its own writes, and the verbs that change the store.
public protocol StoreTransaction: StoreReader {
    /// The revision that this transaction will have if it changes anything.
    var nextRevision: Revision { get throws }

    /// Stores an object under its key, replacing the one that is there.
    ///
    /// - Parameters:
    ///   - object: The object, complete, its `resourceVersion` included.
    ///   - terms: All terms of the object; those it had before are forgotten.
    /// - Throws: ``RegistryError/storage(_:)``.
    func put(_ object: APIObject, terms: [IndexTerm]) throws

    /// Removes an object, its terms with it; does nothing if it isn't there.
    func delete(_ key: ObjectKey) throws

    /// Stores a setting; nil removes it. Settings alone make no revision.
    func setSetting(_ name: String, to value: String?) throws
}
