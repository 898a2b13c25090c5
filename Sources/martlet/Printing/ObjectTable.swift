import KubernetesModel

/// The columns that kubectl prints for a kind, and the cells of its objects.
///
/// - SeeAlso: `pkg/printers/internalversion`.
struct ObjectTable {
    /// The kind.
    let kind: Kind
    /// Whether the columns of `-o wide` are there too.
    let isWide: Bool
    /// The time from which ages count, in seconds since 1970.
    let now: Int

    /// The titles of the columns.
    var columns: [String] { narrowColumns + (isWide ? wideColumns : []) }

    private var narrowColumns: [String] {
        switch kind {
        case .namespace: ["NAME", "STATUS", "AGE"]
        case .node: ["NAME", "STATUS", "ROLES", "AGE", "VERSION"]
        case .service: ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]
        case .pod: ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
        case .endpointSlice: ["NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"]
        case .endpoints: ["NAME", "ENDPOINTS", "AGE"]
        case .deployment: ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]
        case .replicaSet: ["NAME", "DESIRED", "CURRENT", "READY", "AGE"]
        case .statefulSet: ["NAME", "READY", "AGE"]
        case .daemonSet:
            [
                "NAME", "DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR",
                "AGE",
            ]
        }
    }

    private var wideColumns: [String] {
        switch kind {
        case .namespace, .endpointSlice, .endpoints: []
        case .node:
            ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"]
        case .service: ["SELECTOR"]
        case .pod: ["IP", "NODE", "NOMINATED NODE", "READINESS GATES"]
        case .statefulSet: ["CONTAINERS", "IMAGES"]
        case .deployment, .replicaSet, .daemonSet: ["CONTAINERS", "IMAGES", "SELECTOR"]
        }
    }

    /// The table of some objects.
    func table(_ objects: [APIObject]) -> Table {
        Table(columns: columns, rows: objects.map(row))
    }

    /// The cells of an object, one for each column.
    func row(_ object: APIObject) -> [String] {
        let age = Age.text(created: object.creationTimestamp, now: now)
        let name = object.key.name
        switch kind {
        case .namespace:
            return [name, object.text("Active", "status", "phase"), age]
        case .node:
            return [name] + nodeCells(object, age)
        case .service:
            return [name] + ServiceCells(object, isWide: isWide).cells(age)
        case .pod:
            return [name] + podCells(object, age)
        case .endpointSlice:
            return [name] + sliceCells(object) + [age]
        case .endpoints:
            return [name, EndpointCells.endpoints(object), age]
        case .deployment, .replicaSet, .statefulSet, .daemonSet:
            return [name] + workloadCells(object, age)
        }
    }

    private func podCells(_ object: APIObject, _ age: String) -> [String] {
        let states = object.fields.array(at: "status", "containerStatuses")
        let containers = object.fields.array(at: "spec", "containers")?.count ?? 0
        let conditions = object.fields.array(at: "status", "conditions") ?? []
        let isReady = conditions.contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
        let ready =
            states?.count { $0["ready"]?.bool == true } ?? (isReady ? containers : 0)
        let restarts = (states ?? []).reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) }
        var status = object.text("Pending", "status", "phase")
        if let reason = object.fields.string(at: "status", "reason"), !reason.isEmpty {
            status = reason
        }
        if !object.deletionTimestamp.isEmpty { status = "Terminating" }
        let narrow = ["\(ready)/\(containers)", status, "\(restarts)", age]
        guard isWide else { return narrow }
        return narrow + [
            object.text("<none>", "status", "podIP"), object.text("<none>", "spec", "nodeName"),
            object.text("<none>", "status", "nominatedNodeName"), "<none>",
        ]
    }

    private func sliceCells(_ object: APIObject) -> [String] {
        let ports = (object.fields.array(at: "ports") ?? []).map { port in
            port["port"]?.integer.map { "\($0)" } ?? port["name"]?.string ?? "*"
        }
        let addresses = (object.fields.array(at: "endpoints") ?? []).flatMap { endpoint in
            (endpoint["addresses"]?.array ?? []).compactMap(\.string)
        }
        return [
            object.text("<unset>", "addressType"), EndpointCells.some(ports, none: "<unset>"),
            EndpointCells.some(addresses, none: "<unset>"),
        ]
    }

    private func nodeCells(_ object: APIObject, _ age: String) -> [String] {
        let conditions = object.fields.array(at: "status", "conditions") ?? []
        let ready = conditions.first { $0["type"]?.string == "Ready" }?["status"]?.string
        var status = ready == "True" ? "Ready" : ready == nil ? "Unknown" : "NotReady"
        if object.fields.bool(at: "spec", "unschedulable") == true {
            status += ",SchedulingDisabled"
        }
        let prefix = "node-role.kubernetes.io/"
        let roles = object.labels.keys.filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }.sorted()
        let narrow = [
            status, roles.isEmpty ? "<none>" : roles.joined(separator: ","), age,
            object.text("", "status", "nodeInfo", "kubeletVersion"),
        ]
        guard isWide else { return narrow }
        let addresses = object.fields.array(at: "status", "addresses") ?? []
        let address = { (type: String) in
            addresses.first { $0["type"]?.string == type }?["address"]?.string ?? "<none>"
        }
        return narrow + [
            address("InternalIP"), address("ExternalIP"),
            object.text("<unknown>", "status", "nodeInfo", "osImage"),
            object.text("<unknown>", "status", "nodeInfo", "kernelVersion"),
            object.text("<unknown>", "status", "nodeInfo", "containerRuntimeVersion"),
        ]
    }
}

extension APIObject {
    /// The text at a path, or a default if there is none or an empty one.
    func text(_ fallback: String, _ path: String...) -> String {
        guard let text = fields.value(at: path)?.string, !text.isEmpty else { return fallback }
        return text
    }

    /// The whole number at a path; 0 if there is none.
    func number(_ path: String...) -> Int64 {
        fields.value(at: path)?.integer ?? 0
    }
}
