import KubernetesModel
import OrderedCollections

/// What a change of one object means for others.
extension WriteSession {
    /// Notes the services and workloads that a change concerns.
    func touched(_ key: ObjectKey, from old: APIObject?, to new: APIObject?) throws {
        switch key.kind {
        case .service:
            dirtyServices.append(key)
            knownSelections[key.namespace] = nil
        case .pod: try touchedPod(key, from: old, to: new)
        case .node: try touchedNode(key, from: old, to: new)
        case .endpoints: dirtyServices.append(service(key.namespace, key.name))
        case .endpointSlice:
            for name in [old, new].compactMap({ $0?.labels[EndpointSlice.serviceNameLabel] }) {
                // What the controller writes itself needs no second look.
                let service = service(key.namespace, name)
                if service != reconciling { dirtyServices.append(service) }
            }
        case .deployment, .replicaSet, .statefulSet, .daemonSet:
            if new != nil, key != reconciling { dirtyWorkloads.append(key) }
        case .namespace:
            if new != nil { knownNamespaces.insert(key.name) }
        }
    }

    private func service(_ namespace: String, _ name: String) -> ObjectKey {
        ObjectKey(kind: .service, namespace: namespace, name: name)
    }

    private func touchedPod(_ key: ObjectKey, from old: APIObject?, to new: APIObject?) throws {
        for labels in [old, new].compactMap({ $0?.labels }) where !labels.isEmpty {
            for service in try services(selecting: labels, in: key.namespace) {
                dirtyServices.append(service)
            }
        }
        // A pod that is gone is made again, and its readiness is its workload's.
        guard let owner = (new ?? old)?.ownerReferences.first,
            let kind = Kind(rawValue: owner.kind), kind.isWorkload
        else { return }
        let workload = ObjectKey(kind: kind, namespace: key.namespace, name: owner.name)
        if workload != reconciling { dirtyWorkloads.append(workload) }
    }

    private func touchedNode(_ key: ObjectKey, from old: APIObject?, to new: APIObject?) throws {
        knownZones[key.name] = nil
        knownHasNodes = nil
        let isThere = (before: old != nil, now: new != nil)
        if isThere.before != isThere.now || old?.labels != new?.labels {
            // Daemons run on nodes that their selector matches.
            dirtyWorkloads.append(
                contentsOf: try transaction.keys(.daemonSet, namespace: nil, term: nil)
            )
        }
        if isThere.before != isThere.now, try transaction.count(.node) <= 1 {
            // From now on (or no longer) a pod's node must exist: all services are concerned.
            let services = try transaction.keys(.service, namespace: nil, term: nil)
            dirtyServices.append(contentsOf: services)
            return
        }
        for pod in try transaction.list(.pod, namespace: nil, term: .node(key.name)) {
            for service in try services(selecting: pod.labels, in: pod.key.namespace) {
                dirtyServices.append(service)
            }
        }
    }

    /// Returns the services of a namespace whose selector matches labels.
    func services(
        selecting labels: OrderedDictionary<String, String>,
        in namespace: String
    ) throws -> [ObjectKey] {
        // The pods of one template have the same labels but for what isn't filed.
        if let known = knownSelections[namespace]?[labels] { return known }
        var found: OrderedSet<ObjectKey> = []
        for (name, value) in labels {
            let candidates = try transaction.list(
                .service,
                namespace: namespace,
                term: .selector(name, value)
            )
            for candidate in candidates {
                let selector = candidate.fields.strings(at: "spec", "selector")
                if selector.allSatisfy({ labels[$0.key] == $0.value }) {
                    found.append(candidate.key)
                }
            }
        }
        knownSelections[namespace, default: [:]][labels] = Array(found)
        return Array(found)
    }

    /// Whether the registry holds any node.
    func hasNodes() throws -> Bool {
        if let knownHasNodes { return knownHasNodes }
        let found = try transaction.count(.node) > 0
        knownHasNodes = found
        return found
    }

    /// The zone of a node: nil if there is no such node, empty if it has none.
    func zone(ofNode name: String) throws -> String? {
        if let known = knownZones[name] { return known }
        let node = try transaction.get(ObjectKey(kind: .node, namespace: "", name: name))
        let zone = node.map { $0.labels["topology.kubernetes.io/zone"] ?? "" }
        knownZones[name] = .some(zone)
        return zone
    }

    /// Throws unless a namespace exists.
    func requireNamespace(of key: ObjectKey) throws {
        guard key.kind.isNamespaced, !knownNamespaces.contains(key.namespace) else { return }
        let namespace = ObjectKey(kind: .namespace, namespace: "", name: key.namespace)
        guard try transaction.get(namespace) != nil else { throw RegistryError.notFound(namespace) }
        knownNamespaces.insert(key.namespace)
    }
}
