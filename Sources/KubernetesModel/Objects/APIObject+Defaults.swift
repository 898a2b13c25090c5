import OrderedCollections

extension APIObject {
    /// Gives the object with the defaults that the API server fills in (core/v1 `defaults.go`).
    ///
    /// Only fields that are absent change; what is wrong stays for validation to name.
    public func defaulted() -> APIObject {
        var object = self
        switch key.kind {
        case .namespace: object.defaultNamespace()
        case .service: object.defaultService()
        case .pod: object.defaultPod()
        case .endpointSlice:
            object.fields.changeItems(at: "ports") { $0.fill("protocol", "TCP") }
            object.fields.changeItems(at: "ports") { $0.fill("name", "") }
        case .endpoints:
            object.fields.changeItems(at: "subsets") { subset in
                subset.changeItems(at: "ports") { $0.fill("protocol", "TCP") }
            }
        case .deployment, .replicaSet, .statefulSet, .daemonSet: object.defaultWorkload()
        case .node: break
        }
        return object
    }

    private mutating func defaultNamespace() {
        guard !key.name.isEmpty else { return }
        var labels = labels
        if labels["kubernetes.io/metadata.name"] != key.name {
            labels["kubernetes.io/metadata.name"] = key.name
            self.labels = labels
        }
        if fields.value(at: "status", "phase") == nil { set("Active", at: "status", "phase") }
    }

    private mutating func defaultService() {
        guard var spec = fields["spec"]?.object ?? (fields["spec"] == nil ? [:] : nil) else {
            return
        }
        fields["spec"] = .null
        spec.fill("type", "ClusterIP")
        spec.fill("sessionAffinity", "None")
        if spec["sessionAffinity"] == "None" {
            spec["sessionAffinityConfig"] = nil
        } else if spec["sessionAffinity"] == "ClientIP" {
            let path = ["sessionAffinityConfig", "clientIP", "timeoutSeconds"]
            if spec.value(at: path) == nil { spec.set(10_800, at: path[...]) }
        }
        spec.changeItems(at: "ports") { port in
            port.fill("protocol", "TCP")
            if port["targetPort"] == nil || port["targetPort"] == 0 || port["targetPort"] == "" {
                port["targetPort"] = port["port"]
            }
        }
        let type = spec["type"]?.string ?? ""
        let hasExternalIPs = !(spec["externalIPs"]?.array ?? []).isEmpty
        if ["NodePort", "LoadBalancer"].contains(type) || (type == "ClusterIP" && hasExternalIPs) {
            spec.fill("externalTrafficPolicy", "Cluster")
        }
        if ["ClusterIP", "NodePort", "LoadBalancer"].contains(type) {
            spec.fill("internalTrafficPolicy", "Cluster")
        }
        if type == "LoadBalancer" { spec.fill("allocateLoadBalancerNodePorts", true) }
        // Users write one of the two, the other follows (registry/core/service `strategy.go`).
        if spec["clusterIPs"] == nil, let primary = spec["clusterIP"]?.string, !primary.isEmpty {
            spec["clusterIPs"] = [.string(primary)]
        }
        fields["spec"] = .object(spec)
        let status: Fields = fields["status"]?.object ?? [:]
        if status["loadBalancer"] == nil { set([:], at: "status", "loadBalancer") }
        guard var balancer = fields.object(at: "status", "loadBalancer") else { return }
        balancer.changeItems(at: "ingress") { point in
            if point["ip"] != nil { point.fill("ipMode", "VIP") }
        }
        set(.object(balancer), at: "status", "loadBalancer")
    }

    private mutating func defaultPod() {
        guard var spec = fields["spec"]?.object else { return }
        spec.fillPodDefaults()
        spec.fill("enableServiceLinks", true)
        fields["spec"] = .object(spec)
        if fields.value(at: "status", "phase") == nil { set("Pending", at: "status", "phase") }
    }

    private mutating func defaultWorkload() {
        guard var spec = fields["spec"]?.object else { return }
        if key.kind != .daemonSet { spec.fill("replicas", 1) }
        if case .object(var template)? = spec["template"], case .object(var pod)? = template["spec"]
        {
            pod.fillPodDefaults()
            template["spec"] = .object(pod)
            spec["template"] = .object(template)
        }
        fields["spec"] = .object(spec)
    }
}

extension OrderedDictionary where Key == String, Value == KubernetesModel.Value {
    /// Sets a field that is absent, `null` or, for text, empty.
    fileprivate mutating func fill(_ field: String, _ value: KubernetesModel.Value) {
        switch self[field] {
        case nil, .null?, .string("")?: self[field] = value
        default: break
        }
    }

    /// Changes every mapping of a list; other elements stay.
    fileprivate mutating func changeItems(at field: String, _ change: (inout Fields) -> Void) {
        guard case .array(var items)? = self[field] else { return }
        self[field] = .null
        for index in items.indices {
            guard case .object(var item) = items[index] else { continue }
            items[index] = .null
            change(&item)
            items[index] = .object(item)
        }
        self[field] = .array(items)
    }

    /// Fills in what the kubelet and the scheduler would find in every pod.
    fileprivate mutating func fillPodDefaults() {
        fill("dnsPolicy", "ClusterFirst")
        fill("restartPolicy", "Always")
        fill("schedulerName", "default-scheduler")
        fill("terminationGracePeriodSeconds", 30)
        for list in ["containers", "initContainers"] {
            changeItems(at: list) { container in
                container.changeItems(at: "ports") { $0.fill("protocol", "TCP") }
            }
        }
    }
}
