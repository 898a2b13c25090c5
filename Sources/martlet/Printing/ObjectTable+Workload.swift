import KubernetesModel

extension ObjectTable {
    /// The cells of a Deployment, ReplicaSet, StatefulSet or DaemonSet.
    func workloadCells(_ object: APIObject, _ age: String) -> [String] {
        let desired = object.fields.integer(at: "spec", "replicas") ?? 1
        let ready = object.number("status", "readyReplicas")
        let narrow: [String]
        switch kind {
        case .deployment:
            narrow = [
                "\(ready)/\(desired)", "\(object.number("status", "updatedReplicas"))",
                "\(object.number("status", "availableReplicas"))", age,
            ]
        case .replicaSet:
            narrow = ["\(desired)", "\(object.number("status", "replicas"))", "\(ready)", age]
        case .statefulSet:
            narrow = ["\(ready)/\(desired)", age]
        default:
            narrow = [
                "\(object.number("status", "desiredNumberScheduled"))",
                "\(object.number("status", "currentNumberScheduled"))",
                "\(object.number("status", "numberReady"))",
                "\(object.number("status", "updatedNumberScheduled"))",
                "\(object.number("status", "numberAvailable"))",
                LabelText.labels(
                    object.fields.strings(at: "spec", "template", "spec", "nodeSelector")
                ), age,
            ]
        }
        guard isWide else { return narrow }
        let containers =
            object.fields.array(at: "spec", "template", "spec", "containers") ?? []
        let names = containers.map { $0["name"]?.string ?? "" }.joined(separator: ",")
        let images = containers.map { $0["image"]?.string ?? "" }.joined(separator: ",")
        return narrow + [names, images]
            + (kind == .statefulSet
                ? []
                : [LabelText.labels(object.fields.strings(at: "spec", "selector", "matchLabels"))])
    }
}
