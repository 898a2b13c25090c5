public import KubernetesModel

/// The objects of a list, and the revision at which they were all true.
public struct ObjectList: Sendable, Equatable {
    /// The objects, sorted by namespace and name.
    public var objects: [APIObject]
    /// The revision from which a watch continues the list.
    public var revision: Revision

    /// Creates a list.
    public init(objects: [APIObject], revision: Revision) {
        self.objects = objects
        self.revision = revision
    }
}

extension Registry {
    /// The revision of the last write.
    public var revision: Revision {
        get throws { try store.read { try $0.revision } }
    }

    /// Returns an object.
    ///
    /// - Throws: ``RegistryError/notFound(_:)``.
    public func get(_ key: ObjectKey) throws -> APIObject {
        guard let object = try store.read({ try $0.get(key) }) else {
            throw RegistryError.notFound(key)
        }
        return object
    }

    /// Returns the objects of a kind that pass a filter, sorted by namespace and name.
    public func list(
        _ kind: Kind,
        namespace: String? = nil,
        filter: ObjectFilter = .all
    ) throws -> ObjectList {
        try store.read { reader in
            var objects: [APIObject] = []
            try reader.forEach(kind, namespace: namespace, term: nil) { object in
                if filter.matches(object) { objects.append(object) }
            }
            return ObjectList(objects: objects, revision: try reader.revision)
        }
    }

    /// Returns the services as they were at an older revision, sorted by namespace and name.
    ///
    /// - Throws: ``RegistryError/compacted(requested:oldest:)`` if the change log does not reach
    ///   back, ``RegistryError/revisionTooNew(requested:current:)`` if the revision is in the
    ///   future.
    public func services(at revision: Revision) throws -> ObjectList {
        var batch = try store.changes(after: revision, limit: Int.max)
        var current = try list(.service)
        // A write between the two reads is caught up with: its changes are undone as well.
        while current.revision != batch.revision {
            batch = try store.changes(after: revision, limit: Int.max)
            current = try list(.service)
        }
        var services: [ObjectKey: APIObject] = [:]
        for object in current.objects { services[object.key] = object }
        for change in batch.changes.reversed() where change.object.key.kind == .service {
            services[change.object.key] = change.previous
        }
        let sorted = services.values.sorted {
            ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name)
        }
        return ObjectList(objects: sorted, revision: revision)
    }

    /// Opens a watch: the changes of a kind after a revision, as its filter sees them.
    ///
    /// - Parameters:
    ///   - kind: The kind; nil for all kinds.
    ///   - namespace: The only namespace; nil for all.
    ///   - filter: Objects that begin to pass are added, those that stop are deleted.
    ///   - revision: The revision that the caller knows already, usually that of a list.
    /// - Returns: The watch, not started: its first call asks for changes.
    public func watch(
        _ kind: Kind?,
        namespace: String? = nil,
        filter: ObjectFilter = .all,
        after revision: Revision
    ) -> Watch {
        Watch(store: store, kind: kind, namespace: namespace, filter: filter, after: revision)
    }
}
