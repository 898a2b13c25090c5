public import KubernetesModel

extension Registry {
    /// Stores a new object.
    ///
    /// - Returns: The object as stored.
    /// - Throws: ``RegistryError/alreadyExists(_:)``, ``RegistryError/invalid(_:)``,
    ///   ``RegistryError/notFound(_:)`` if its namespace doesn't exist.
    public func create(_ object: APIObject, dryRun: Bool = false) throws -> APIObject {
        throw RegistryError.badRequest("not available yet")
    }

    /// Replaces an object.
    ///
    /// Addresses and ports that the registry allocated stay when the new object leaves them out.
    ///
    /// - Parameters:
    ///   - object: The object; when its `resourceVersion` is set, it must be the stored one.
    ///   - dryRun: Whether to do everything but keep nothing.
    /// - Returns: The object as stored.
    /// - Throws: ``RegistryError/conflict(_:)``, ``RegistryError/notFound(_:)``,
    ///   ``RegistryError/invalid(_:)``.
    public func update(_ object: APIObject, dryRun: Bool = false) throws -> APIObject {
        throw RegistryError.badRequest("not available yet")
    }

    /// Applies a set of manifests in one transaction, all or nothing, as `kubectl apply` would.
    ///
    /// The objects may come in any order; a namespace of the set counts for the others.
    ///
    /// - Parameters:
    ///   - items: The objects as written.
    ///   - prune: Which objects of earlier applies to remove.
    ///   - dryRun: Whether to do everything but keep nothing.
    /// - Returns: What happened to each object.
    /// - Throws: ``RegistryError/rejected(_:)`` with everything that is wrong with any object.
    public func apply(
        _ items: [ApplyItem],
        prune: Prune = .none,
        dryRun: Bool = false
    ) throws -> ApplyOutcome {
        throw RegistryError.badRequest("not available yet")
    }

    /// Deletes an object, and what it owns: a namespace's content, a workload's pods, a service's
    /// slices.
    ///
    /// - Returns: The object's last state.
    /// - Throws: ``RegistryError/notFound(_:)``, ``RegistryError/forbidden(_:reason:)`` for the
    ///   namespaces that must exist.
    @discardableResult
    public func delete(_ key: ObjectKey, dryRun: Bool = false) throws -> APIObject {
        throw RegistryError.badRequest("not available yet")
    }

    /// Deletes the objects of a kind that pass a filter, in one transaction.
    ///
    /// - Returns: The objects' last states, sorted by namespace and name.
    public func delete(
        _ kind: Kind,
        namespace: String?,
        filter: ObjectFilter,
        dryRun: Bool = false
    ) throws -> [APIObject] {
        throw RegistryError.badRequest("not available yet")
    }

    /// Sets and removes labels of an object.
    ///
    /// - Parameters:
    ///   - key: The object.
    ///   - labels: The labels to set; nil removes a label.
    ///   - overwrite: Whether a label that has another value already may be changed.
    /// - Returns: The object as stored.
    /// - Throws: ``RegistryError/notFound(_:)``, ``RegistryError/invalid(_:)``.
    public func patchLabels(
        _ key: ObjectKey,
        _ labels: [String: String?],
        overwrite: Bool = true
    ) throws -> APIObject {
        throw RegistryError.badRequest("not available yet")
    }

    /// Makes a pod ready or not, as its readiness probe would.
    ///
    /// - Returns: The pod as stored.
    public func setReady(_ pod: ObjectKey, _ isReady: Bool) throws -> APIObject {
        throw RegistryError.badRequest("not available yet")
    }

    /// Changes how many pods a Deployment, ReplicaSet or StatefulSet has.
    ///
    /// - Returns: The workload as stored.
    public func scale(_ workload: ObjectKey, replicas: Int) throws -> APIObject {
        throw RegistryError.badRequest("not available yet")
    }
}
