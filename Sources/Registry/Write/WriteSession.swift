import KubernetesModel
import OrderedCollections

/// One write in progress: the transaction, and what its controllers still have to look at.
///
/// Objects go in through ``save(_:replacing:)`` and ``remove(_:)``, which note the services and
/// workloads that the change concerns; ``settle()`` brings those up to date, each once.
final class WriteSession {
    let transaction: any StoreTransaction
    let settings: RegistrySettings
    let environment: RegistryEnvironment
    /// The time of the whole write.
    let now: String

    var dirtyServices: OrderedSet<ObjectKey> = []
    var dirtyWorkloads: OrderedSet<ObjectKey> = []
    /// The object whose controller is at work: what it writes does not call it again.
    var reconciling: ObjectKey?
    /// What went wrong while settling, by the object it is about.
    var problems: [(key: ObjectKey, error: RegistryError)] = []

    // What was looked up already; forgotten when a write changes it.
    var knownNamespaces: Set<String> = []
    var knownZones: [String: String?] = [:]
    var knownHasNodes: Bool?
    var knownSelections: [String: [OrderedDictionary<String, String>: [ObjectKey]]] = [:]
    /// Where the search for a free pod address goes on, by block.
    var podCursors: [String: UInt64] = [:]

    init(
        _ transaction: any StoreTransaction,
        settings: RegistrySettings,
        environment: RegistryEnvironment
    ) {
        self.transaction = transaction
        self.settings = settings
        self.environment = environment
        now = environment.now()
    }

    /// Stores an object, unless it is what is stored already.
    ///
    /// Identity, creation time, revision and generation are the registry's, whatever the object
    /// says.
    ///
    /// - Returns: The object as stored.
    @discardableResult
    func save(_ object: APIObject, replacing old: APIObject?) throws -> APIObject {
        var object = object
        if let old {
            object.uid = old.uid
            object.creationTimestamp = old.creationTimestamp
            object.resourceVersion = old.resourceVersion
            object.generation = old.generation
            if object == old || object.fields.saysTheSame(as: old.fields) { return old }
            if old.generation > 0, object.fields["spec"] != old.fields["spec"] {
                object.generation = old.generation + 1
            }
        } else {
            // In one go: a bulk write makes a hundred thousand pods here.
            var metadata = object.fields["metadata"]?.object ?? [:]
            object.fields["metadata"] = .null
            metadata["uid"] = .string(environment.makeUID())
            metadata["creationTimestamp"] = .string(now)
            if object.key.kind.isWorkload || object.key.kind == .endpointSlice {
                metadata["generation"] = 1
            }
            metadata["resourceVersion"] = .string(String(try transaction.nextRevision))
            object.fields["metadata"] = .object(metadata)
        }
        if old != nil { object.resourceVersion = try transaction.nextRevision }
        try transaction.put(object, terms: IndexTerm.terms(of: object))
        try touched(object.key, from: old, to: object)
        return object
    }

    /// Removes an object and what it owns.
    func remove(_ object: APIObject) throws {
        try transaction.delete(object.key)
        try touched(object.key, from: object, to: nil)
        let kind = object.key.kind
        guard kind == .service || kind == .endpoints || kind.isWorkload, !object.uid.isEmpty else {
            return
        }
        for kind in Kind.allCases where kind.isNamespaced {
            let namespace = object.key.namespace
            for owned in try transaction.list(
                kind,
                namespace: namespace,
                term: .owner(object.uid)
            ) {
                try remove(owned)
            }
        }
    }

    /// Removes a namespace and everything in it.
    func removeNamespace(_ object: APIObject) throws {
        let name = object.key.name
        for kind in Kind.allCases where kind.isNamespaced {
            for key in try transaction.keys(kind, namespace: name, term: nil) {
                try transaction.delete(key)
            }
        }
        try transaction.delete(object.key)
        knownNamespaces.remove(name)
        knownSelections[name] = nil
        dirtyServices.removeAll { $0.namespace == name }
        dirtyWorkloads.removeAll { $0.namespace == name }
    }

    /// Lets the controllers bring everything up to date that the write concerns.
    func settle() throws {
        while !dirtyWorkloads.isEmpty {
            let keys = dirtyWorkloads
            dirtyWorkloads = []
            for key in keys { try collecting(key) { try reconcileWorkload(key) } }
        }
        // Pods are settled: each service is looked at once, whatever changed about it.
        while !dirtyServices.isEmpty {
            let keys = dirtyServices
            dirtyServices = []
            for key in keys { try collecting(key) { try reconcileService(key) } }
        }
        try savePodCursors()
    }

    private func collecting(_ key: ObjectKey, _ body: () throws -> Void) throws {
        reconciling = key
        defer { reconciling = nil }
        do {
            try body()
        } catch let error as RegistryError {
            if case .storage = error { throw error }
            problems.append((key, error))
        }
    }

    /// Makes the error that names fields of an object.
    static func invalid(_ key: ObjectKey, _ errors: FieldError...) -> RegistryError {
        .invalid(ValidationErrors(kind: key.kind, name: key.name, errors: errors))
    }
}
