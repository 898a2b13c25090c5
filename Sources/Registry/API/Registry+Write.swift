public import KubernetesModel

/// Takes a dry run's transaction back.
private struct TakeBack: Error {}

extension Registry {
    /// Runs one write: what `body` does and what the controllers add, all or nothing.
    private func write<Result>(
        dryRun: Bool = false,
        _ body: (WriteSession) throws -> Result
    ) throws -> (result: Result, revision: Revision) {
        var outcome: (result: Result, revision: Revision)?
        do {
            return try store.write { transaction in
                let session = WriteSession(
                    transaction,
                    settings: settings,
                    environment: environment
                )
                let result = try body(session)
                try session.settle()
                if let problem = session.problems.first { throw problem.error }
                guard dryRun else { return result }
                outcome = (result, try transaction.revision)
                throw TakeBack()
            }
        } catch is TakeBack {
            guard let outcome else { throw RegistryError.closed }
            return outcome
        }
    }

    /// Returns the object as the controllers left it.
    private func current(_ object: APIObject, _ session: WriteSession) throws -> APIObject {
        try session.settle()
        return try session.transaction.get(object.key) ?? object
    }

    /// Stores a new object.
    ///
    /// - Parameters:
    ///   - object: The object; a `generateName` without a name is completed.
    ///   - dryRun: Whether to do everything but keep nothing.
    /// - Returns: The object as stored.
    /// - Throws: ``RegistryError/alreadyExists(_:)``, ``RegistryError/invalid(_:)``,
    ///   ``RegistryError/notFound(_:)`` if its namespace doesn't exist.
    public func create(_ object: APIObject, dryRun: Bool = false) throws -> APIObject {
        try write(dryRun: dryRun) { try current(try $0.create(object), $0) }.result
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
        try write(dryRun: dryRun) { try current(try $0.update(object), $0) }.result
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
        let outcome = try write(dryRun: dryRun) { try $0.apply(items, prune: prune) }
        return ApplyOutcome(results: outcome.result, revision: outcome.revision)
    }

    /// Deletes an object, and what it owns: a namespace's content, a workload's pods, a service's
    /// slices.
    ///
    /// - Parameters:
    ///   - key: The object.
    ///   - dryRun: Whether to do everything but keep nothing.
    /// - Returns: The object's last state.
    /// - Throws: ``RegistryError/notFound(_:)``, ``RegistryError/forbidden(_:reason:)`` for the
    ///   namespaces that must exist.
    @discardableResult
    public func delete(_ key: ObjectKey, dryRun: Bool = false) throws -> APIObject {
        try write(dryRun: dryRun) { try $0.delete(key) }.result
    }

    /// Deletes the objects of a kind that pass a filter, in one transaction.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The only namespace; nil for all.
    ///   - filter: What the objects must be.
    ///   - dryRun: Whether to do everything but keep nothing.
    /// - Returns: The objects' last states, sorted by namespace and name.
    /// - Throws: ``RegistryError/forbidden(_:reason:)`` if a namespace that must exist passes.
    @discardableResult
    public func delete(
        _ kind: Kind,
        namespace: String?,
        filter: ObjectFilter,
        dryRun: Bool = false
    ) throws -> [APIObject] {
        try write(dryRun: dryRun) { session in
            let objects = try session.transaction.list(kind, namespace: namespace)
            return try objects.filter(filter.matches).map { try session.delete($0.key) }
        }.result
    }

    /// Changes an object by a closure that sees its stored state.
    private func modify(
        _ key: ObjectKey,
        _ change: (inout APIObject) throws -> Void
    ) throws -> APIObject {
        try write { session in
            guard var object = try session.transaction.get(key) else {
                throw RegistryError.notFound(key)
            }
            try change(&object)
            return try current(try session.update(object), session)
        }.result
    }

    /// Sets and removes labels of an object.
    ///
    /// - Parameters:
    ///   - key: The object.
    ///   - labels: The labels to set; nil removes a label.
    ///   - overwrite: Whether a label that has another value already may be changed.
    /// - Returns: The object as stored.
    /// - Throws: ``RegistryError/notFound(_:)``, ``RegistryError/invalid(_:)``,
    ///   ``RegistryError/badRequest(_:)`` for a label that has another value.
    public func patchLabels(
        _ key: ObjectKey,
        _ labels: [String: String?],
        overwrite: Bool = true
    ) throws -> APIObject {
        try modify(key) { object in
            var merged = object.labels
            for (label, value) in labels.sorted(by: { $0.key < $1.key }) {
                if !overwrite, let value, let present = merged[label], present != value {
                    throw RegistryError.badRequest(
                        "'\(label)' already has a value (\(present)), and --overwrite is false"
                    )
                }
                merged[label] = value
            }
            object.labels = merged
        }
    }

    /// Makes a pod ready or not, as its readiness probe would.
    ///
    /// - Parameters:
    ///   - pod: The pod.
    ///   - isReady: Whether it is ready.
    /// - Returns: The pod as stored.
    /// - Throws: ``RegistryError/notFound(_:)``, ``RegistryError/badRequest(_:)`` if it is no pod.
    public func setReady(_ pod: ObjectKey, _ isReady: Bool) throws -> APIObject {
        guard pod.kind == .pod else {
            throw RegistryError.badRequest("\(pod.kind.singular) \"\(pod.name)\" is no pod")
        }
        return try modify(pod) { object in
            var conditions = object.fields.array(at: "status", "conditions") ?? []
            let ready = WriteSession.readyCondition(isReady)
            if let index = conditions.firstIndex(where: { $0["type"] == "Ready" }) {
                guard conditions[index]["status"] != ready["status"] else { return }
                conditions[index] = ready
            } else {
                conditions.append(ready)
            }
            object.set(.array(conditions), at: "status", "conditions")
            if isReady, object.fields.string(at: "status", "phase") == "Pending" {
                object.set("Running", at: "status", "phase")
            }
        }
    }

    /// Changes how many pods a Deployment, ReplicaSet or StatefulSet has.
    ///
    /// - Parameters:
    ///   - workload: The workload.
    ///   - replicas: The number of pods.
    /// - Returns: The workload as stored.
    /// - Throws: ``RegistryError/notFound(_:)``, ``RegistryError/invalid(_:)``,
    ///   ``RegistryError/badRequest(_:)`` if the kind cannot be scaled.
    public func scale(_ workload: ObjectKey, replicas: Int) throws -> APIObject {
        guard workload.kind.isWorkload, workload.kind != .daemonSet else {
            throw RegistryError.badRequest(
                "\(workload.kind.qualifiedSingular) \"\(workload.name)\" cannot be scaled; "
                    + "deployments, replicasets and statefulsets can"
            )
        }
        return try modify(workload) { $0.set(.integer(Int64(replicas)), at: "spec", "replicas") }
    }
}
