import KubernetesModel

/// The cells of a service.
struct ServiceCells {
    private let object: APIObject
    private let isWide: Bool

    init(_ object: APIObject, isWide: Bool) {
        self.object = object
        self.isWide = isWide
    }

    /// The cells after the name.
    func cells(_ age: String) -> [String] {
        let narrow = [type, clusterIP, externalIP, ports, age]
        guard isWide else { return narrow }
        return narrow + [LabelText.labels(object.fields.strings(at: "spec", "selector"))]
    }

    private var type: String { object.text("ClusterIP", "spec", "type") }

    private var clusterIP: String {
        let first = object.fields.array(at: "spec", "clusterIPs")?.first?.string ?? ""
        return first.isEmpty ? object.text("<none>", "spec", "clusterIP") : first
    }

    private var externalIP: String {
        let external = (object.fields.array(at: "spec", "externalIPs") ?? []).compactMap(\.string)
        switch type {
        case "ExternalName":
            return object.text("<none>", "spec", "externalName")
        case "LoadBalancer":
            let ingress = (object.fields.array(at: "status", "loadBalancer", "ingress") ?? [])
                .compactMap { point in
                    [point["ip"]?.string, point["hostname"]?.string].compactMap { $0 }
                        .first { !$0.isEmpty }
                }
            var text = ingress.joined(separator: ",")
            if !isWide, text.count > 16 { text = text.prefix(13) + "..." }
            let all = (text.isEmpty ? [] : [text]) + external
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        default:
            return external.isEmpty ? "<none>" : external.joined(separator: ",")
        }
    }

    private var ports: String {
        let ports = object.fields.array(at: "spec", "ports") ?? []
        guard !ports.isEmpty else { return "<none>" }
        return ports.map { port in
            let node = port["nodePort"]?.integer ?? 0
            return "\(port["port"]?.integer ?? 0)" + (node > 0 ? ":\(node)" : "")
                + "/\(port["protocol"]?.string ?? "TCP")"
        }.joined(separator: ",")
    }
}
