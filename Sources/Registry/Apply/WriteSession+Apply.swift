import KubernetesModel
import OrderedCollections

/// The apply of a set of manifests.
extension WriteSession {
    /// Applies all objects, removes what is to be pruned and lets the controllers run.
    ///
    /// - Throws: ``RegistryError/rejected(_:)`` with everything that is wrong.
    func apply(_ items: [ApplyItem], prune: Prune) throws -> [ApplyResult] {
        var found: [ApplyProblem] = []
        var sources: [ObjectKey: String] = [:]
        var results: [ApplyResult?] = Array(repeating: nil, count: items.count)
        // Namespaces first, then what others refer to; the sort keeps the order within a rank.
        let order = items.indices.sorted {
            let ranks = (WriteSession.rank(items[$0]), WriteSession.rank(items[$1]))
            return ranks.0 == ranks.1 ? $0 < $1 : ranks.0 < ranks.1
        }
        for index in order {
            let item = items[index]
            let key = item.object.key
            do {
                if !key.name.isEmpty, let first = sources.updateValue(item.source, forKey: key) {
                    throw RegistryError.badRequest(
                        "\(key.kind.singular) \"\(key.name)\" is there twice"
                            + (first.isEmpty ? "" : ", first in \(first)")
                    )
                }
                let (action, object) = try apply(item.object)
                results[index] = ApplyResult(action: action, object: object, source: item.source)
            } catch let error as RegistryError {
                if case .storage = error { throw error }
                found.append(ApplyProblem(source: item.source, key: key, error: error))
            }
        }
        guard found.isEmpty else { throw RegistryError.rejected(found) }
        var pruned: [ApplyResult] = []
        for object in try candidates(for: prune, items) where sources[object.key] == nil {
            // A namespace's content is gone with it.
            guard try transaction.get(object.key) != nil else { continue }
            let last = try delete(object.key)
            pruned.append(ApplyResult(action: .pruned, object: last))
        }
        try settle()
        guard problems.isEmpty else {
            throw RegistryError.rejected(
                problems.map {
                    ApplyProblem(source: sources[$0.key] ?? "", key: $0.key, error: $0.error)
                }
            )
        }
        return try results.compactMap { result in
            // A controller may have written its status since.
            guard var result else { return nil }
            if result.object.key.kind.isWorkload,
                let current = try transaction.get(result.object.key)
            {
                result.object = current
            }
            return result
        } + pruned
    }

    private static func rank(_ item: ApplyItem) -> Int {
        switch item.object.key.kind {
        case .namespace: 0
        case .node: 1
        case .service: 2
        case .endpoints, .endpointSlice: 3
        case .pod: 4
        case .deployment, .replicaSet, .statefulSet, .daemonSet: 5
        }
    }

    private func apply(_ manifest: APIObject) throws -> (ApplyResult.Action, APIObject) {
        guard !manifest.key.name.isEmpty else {
            throw RegistryError.badRequest(
                manifest.generateName.isEmpty
                    ? "\(manifest.key.kind.rawValue): metadata.name: Required value"
                    : "from \(manifest.generateName): cannot use generate name with apply"
            )
        }
        let new = ThreeWayMerge.annotated(manifest)
        guard let live = try transaction.get(manifest.key) else {
            var object = new
            object.resourceVersion = 0
            if case .object(let fields) = Value.object(object.fields).withoutNulls {
                object.fields = fields
            }
            return (.created, try create(object))
        }
        let version = manifest.resourceVersion
        if version != 0, version != live.resourceVersion {
            throw RegistryError.conflict(manifest.key)
        }
        let merged = APIObject(
            key: live.key,
            fields: ThreeWayMerge.merge(
                old: ThreeWayMerge.lastApplied(live),
                new: new.fields,
                live: live.fields
            )
        )
        let stored = try save(try admit(merged, replacing: live), replacing: live)
        let isUnchanged =
            stored.resourceVersion == live.resourceVersion
            && stored.fields == live.fields
        return (isUnchanged ? .unchanged : .configured, stored)
    }

    /// The objects of earlier applies that a prune looks at.
    private func candidates(for prune: Prune, _ items: [ApplyItem]) throws -> [APIObject] {
        func applied(_ kind: Kind, _ namespace: String?) throws -> [APIObject] {
            try transaction.list(kind, namespace: namespace).filter {
                $0.annotations[ThreeWayMerge.annotation] != nil
            }
        }
        switch prune {
        case .none: return []
        case .visitedNamespaces:
            let namespaced = items.map(\.object.key).filter { $0.kind.isNamespaced }
            let namespaces = Set(namespaced.map(\.namespace)).sorted()
            return try Kind.allCases.filter(\.isNamespaced).flatMap { kind in
                try namespaces.flatMap { try applied(kind, $0) }
            }
        case .matching(let filter):
            return try Kind.allCases.flatMap { try applied($0, nil).filter(filter.matches) }
        }
    }
}
