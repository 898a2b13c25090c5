import KubernetesModel
import OrderedCollections

/// The workload controllers: simulated pods in the number and shape that a workload asks for.
///
/// A Deployment owns its pods itself; there is no ReplicaSet between them.
extension WriteSession {
    /// Fills in and checks a workload.
    func admitWorkload(_ object: APIObject, replacing old: APIObject?) throws -> APIObject {
        var object = object
        // The status is the controllers' own; an exported manifest may bring another one.
        object.set(old?.value(at: "status"), at: "status")
        object = object.defaulted()
        try check(object, replacing: old)
        let replicas = object.fields.integer(at: "spec", "replicas") ?? 1
        guard replicas <= Int64(RegistryLimits.replicasMax) else {
            throw WriteSession.invalid(
                object.key,
                FieldError(
                    .invalid,
                    field: "spec.replicas",
                    badValue: .integer(replicas),
                    detail: "must be at most \(RegistryLimits.replicasMax)"
                )
            )
        }
        let start = object.fields.integer(at: "spec", "ordinals", "start") ?? 0
        guard (0...Int64(Int32.max)).contains(start) else {
            throw WriteSession.invalid(
                object.key,
                FieldError(
                    .invalid,
                    field: "spec.ordinals.start",
                    badValue: .integer(start),
                    detail: "must be between 0 and \(Int32.max), inclusive"
                )
            )
        }
        return object
    }

    /// Makes and removes pods until a workload has those that it asks for.
    func reconcileWorkload(_ key: ObjectKey) throws {
        guard let object = try transaction.get(key) else { return }
        let workload = try WriteSession.stored { () throws(ValidationErrors) in
            try Workload(object)
        }
        let owned = try transaction.list(
            .pod,
            namespace: key.namespace,
            term: .owner(workload.metadata.uid)
        )
        let template = PodTemplate(workload)
        let pods: [APIObject]
        switch key.kind {
        case .statefulSet: pods = try reconcileOrdinals(workload, template, owned)
        case .daemonSet: pods = try reconcileNodes(workload, template, owned)
        default: pods = try reconcileReplicas(workload, template, owned)
        }
        try saveStatus(of: object, pods)
    }

    private func isCurrent(_ pod: APIObject, _ template: PodTemplate) -> Bool {
        guard let (label, value) = template.hashLabel else { return true }
        return pod.labels[label] == value
    }

    private func reconcileReplicas(
        _ workload: Workload,
        _ template: PodTemplate,
        _ owned: [APIObject]
    ) throws -> [APIObject] {
        var pods = owned.filter { isCurrent($0, template) }
        for pod in owned where !isCurrent(pod, template) { try remove(pod) }
        // The newest go first.
        pods.sort { ($0.creationTimestamp, $0.key.name) < ($1.creationTimestamp, $1.key.name) }
        while pods.count > workload.replicas { try remove(pods.removeLast()) }
        while pods.count < workload.replicas {
            let namespace = workload.metadata.namespace
            let name = try generateName(template.namePrefix, .pod, namespace)
            pods.append(try run(template.pod(name: name)))
        }
        return pods
    }

    private func reconcileOrdinals(
        _ workload: Workload,
        _ template: PodTemplate,
        _ owned: [APIObject]
    ) throws -> [APIObject] {
        var present: [String: APIObject] = [:]
        for pod in owned { present[pod.key.name] = pod }
        let first = workload.ordinalStart
        let names = (first..<(first + max(0, workload.replicas))).map {
            "\(workload.metadata.name)-\($0)"
        }
        let wanted = Set(names)
        for pod in owned where !wanted.contains(pod.key.name) || !isCurrent(pod, template) {
            try remove(pod)
            present[pod.key.name] = nil
        }
        return try names.enumerated().map { index, name in
            if let pod = present[name] { return pod }
            var pod = template.pod(name: name)
            var labels = pod.labels
            labels["statefulset.kubernetes.io/pod-name"] = name
            labels["apps.kubernetes.io/pod-index"] = String(first + index)
            pod.labels = labels
            pod.set(.string(name), at: "spec", "hostname")
            if !workload.serviceName.isEmpty {
                pod.set(.string(workload.serviceName), at: "spec", "subdomain")
            }
            return try run(pod)
        }
    }

    /// One pod for each node that the template's node selector matches; one if there are no nodes.
    private func reconcileNodes(
        _ workload: Workload,
        _ template: PodTemplate,
        _ owned: [APIObject]
    ) throws -> [APIObject] {
        let selector = workload.podSpec.strings(at: "nodeSelector")
        let nodes = try transaction.list(.node)
        let matching = nodes.filter { node in
            let labels = node.labels
            return selector.allSatisfy { labels[$0.key] == $0.value }
        }
        var missing = nodes.isEmpty ? [""] : matching.map(\.key.name)
        var pods: [APIObject] = []
        for pod in owned {
            let node = pod.fields.string(at: "spec", "nodeName") ?? ""
            if isCurrent(pod, template), let index = missing.firstIndex(of: node) {
                missing.remove(at: index)
                pods.append(pod)
            } else {
                try remove(pod)
            }
        }
        for node in missing {
            let namespace = workload.metadata.namespace
            let name = try generateName(template.namePrefix, .pod, namespace)
            var pod = template.pod(name: name)
            if !node.isEmpty { pod.set(.string(node), at: "spec", "nodeName") }
            pods.append(try run(pod))
        }
        return pods
    }

    /// Stores a pod of a template, which was checked with its workload, as running.
    private func run(_ pod: APIObject) throws -> APIObject {
        var pod = pod
        let addresses = try nodeAddresses(of: pod) ?? pickPodIPs(pod.key)
        pod.fields["status"] = [
            "phase": "Running", "conditions": [WriteSession.readyCondition(true)],
            "podIP": .string(addresses.first ?? ""),
            "podIPs": .array(addresses.map { ["ip": .string($0)] }),
        ]
        return try save(pod, replacing: nil)
    }

    private func saveStatus(of object: APIObject, _ pods: [APIObject]) throws {
        let ready = pods.filter { pod in
            (pod.fields.array(at: "status", "conditions") ?? []).contains {
                $0["type"] == "Ready" && $0["status"] == "True"
            }
        }.count
        let total = Value.integer(Int64(pods.count))
        let isReady = Value.integer(Int64(ready))
        var status = object.fields.object(at: "status") ?? [:]
        if object.key.kind == .daemonSet {
            status["currentNumberScheduled"] = total
            status["desiredNumberScheduled"] = total
            status["numberReady"] = isReady
            status["numberAvailable"] = isReady
            status["updatedNumberScheduled"] = total
        } else {
            status["replicas"] = total
            status["readyReplicas"] = isReady
            status["availableReplicas"] = isReady
            if object.key.kind != .replicaSet { status["updatedReplicas"] = total }
        }
        var updated = object
        updated.fields["status"] = .object(status)
        try save(updated, replacing: object)
    }
}
