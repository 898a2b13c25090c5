import KubernetesModel

/// All about an object, as `kubectl describe` lays it out.
struct Description {
    private let object: APIObject
    private let slices: [EndpointSlice]
    private let domain: String

    /// The column in which values begin.
    private static let indent = 26

    init(_ object: APIObject, slices: [EndpointSlice], domain: String) {
        self.object = object
        self.slices = slices
        self.domain = domain
    }

    /// The text.
    var text: String {
        var lines = [line("Name", object.key.name)]
        if object.key.kind.isNamespaced { lines.append(line("Namespace", object.key.namespace)) }
        lines.append(line("Labels", each(object.labels)))
        lines.append(line("Annotations", each(object.annotations)))
        switch object.key.kind {
        case .service: lines += service
        case .pod: lines += pod
        default: lines += other
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ title: String, _ value: String) -> String {
        line(title, [value])
    }

    private func line(_ title: String, _ values: [String]) -> String {
        let head = "\(title):"
        let space = String(repeating: " ", count: max(1, Description.indent - head.count))
        let margin = String(repeating: " ", count: Description.indent)
        return head + space
            + (values.isEmpty ? "<none>" : values.joined(separator: "\n\(margin)"))
    }

    private func each(_ labels: OrderedDictionary<String, String>) -> [String] {
        labels.sorted { $0.key < $1.key }
            .filter { $0.key != "kubectl.kubernetes.io/last-applied-configuration" }
            .map { "\($0.key)=\($0.value)" }
    }

    private func texts(_ path: String...) -> [String] {
        (object.fields.value(at: path)?.array ?? []).compactMap(\.string)
    }

    private var service: [String] {
        let type = object.text("ClusterIP", "spec", "type")
        var lines = [
            line("Selector", LabelText.labels(object.fields.strings(at: "spec", "selector"))),
            line("Type", type),
        ]
        if type == "ExternalName" {
            lines.append(line("External Name", object.text("", "spec", "externalName")))
        } else {
            lines.append(
                line("IP Family Policy", object.text("SingleStack", "spec", "ipFamilyPolicy"))
            )
            lines.append(line("IP Families", texts("spec", "ipFamilies").joined(separator: ",")))
            lines.append(line("IP", object.text("<none>", "spec", "clusterIP")))
            lines.append(line("IPs", texts("spec", "clusterIPs").joined(separator: ",")))
        }
        let ingress = (object.fields.array(at: "status", "loadBalancer", "ingress") ?? [])
            .compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }
        if !ingress.isEmpty {
            lines.append(line("LoadBalancer Ingress", ingress.joined(separator: ", ")))
        }
        for port in object.fields.array(at: "spec", "ports") ?? [] { lines += portLines(port) }
        lines.append(
            line("Session Affinity", object.text("None", "spec", "sessionAffinity"))
        )
        let name = "\(object.key.name).\(object.key.namespace).svc.\(domain)"
        return lines + [line("DNS Name", name)]
    }

    private func portLines(_ port: Value) -> [String] {
        let name = port["name"]?.string ?? ""
        let transport = port["protocol"]?.string ?? "TCP"
        let target = port["targetPort"].map { $0.string ?? "\($0.integer ?? 0)" } ?? ""
        var lines = [
            line(
                "Port",
                "\(name.isEmpty ? "<unset>" : name)  \(port["port"]?.integer ?? 0)/\(transport)"
            ), line("TargetPort", "\(target)/\(transport)"),
        ]
        if let node = port["nodePort"]?.integer, node > 0 {
            lines.append(
                line("NodePort", "\(name.isEmpty ? "<unset>" : name)  \(node)/\(transport)")
            )
        }
        let endpoints = slices.flatMap { slice in
            slice.ports.filter { $0.name == name }.flatMap { port in
                slice.endpoints.filter { $0.ready ?? true }.flatMap(\.addresses)
                    .map { EndpointCells.pair($0, port.port ?? 0) }
            }
        }
        return lines + [line("Endpoints", EndpointCells.some(endpoints, none: "<none>"))]
    }

    private var pod: [String] {
        let cells = ObjectTable(kind: .pod, isWide: false, now: 0).row(object)
        let addresses = (object.fields.array(at: "status", "podIPs") ?? [])
            .compactMap { $0["ip"]?.string }
        var lines = [
            line("Node", object.text("<none>", "spec", "nodeName")),
            line("Status", cells[2]),
            line("Ready", cells[1]),
            line("IP", object.text("<none>", "status", "podIP")),
            line("IPs", addresses),
            line("DNS Policy", object.text("ClusterFirst", "spec", "dnsPolicy")),
        ]
        let ready = object.fields.array(at: "status", "conditions")?
            .first { $0["type"] == "Ready" && $0["status"] == "False" }
        if let message = ready?["message"]?.string, !message.isEmpty {
            lines.insert(line("Not Ready", message), at: 3)
        }
        let hostname = object.text("", "spec", "hostname")
        let subdomain = object.text("", "spec", "subdomain")
        if !hostname.isEmpty { lines.append(line("Hostname", hostname)) }
        if !subdomain.isEmpty {
            lines.append(line("Subdomain", subdomain))
            let name = hostname.isEmpty ? object.key.name : hostname
            let full = "\(name).\(subdomain).\(object.key.namespace).svc.\(domain)"
            lines.append(line("DNS Name", full))
        }
        for container in object.fields.array(at: "spec", "containers") ?? [] {
            let ports = (container["ports"]?.array ?? []).map { port in
                let number = "\(port["containerPort"]?.integer ?? 0)"
                let transport = port["protocol"]?.string ?? "TCP"
                let name = port["name"]?.string.map { " (\($0))" } ?? ""
                return "\(number)/\(transport)\(name)"
            }
            lines.append(
                line(
                    "Container \(container["name"]?.string ?? "")",
                    [container["image"]?.string ?? ""] + ports
                )
            )
        }
        return lines
    }

    /// What the columns of the table say, and the endpoints of a slice.
    private var other: [String] {
        let table = ObjectTable(kind: object.key.kind, isWide: true, now: Timestamp.now)
        var lines = zip(table.columns, table.row(object)).dropFirst().map { title, cell in
            line(title.prefix(1) + title.dropFirst().lowercased(), cell)
        }
        guard object.key.kind == .endpointSlice else { return lines }
        for endpoint in object.fields.array(at: "endpoints") ?? [] {
            let addresses = (endpoint["addresses"]?.array ?? []).compactMap(\.string)
            let isReady = endpoint["conditions"]?["ready"]?.bool ?? true
            let target = endpoint["targetRef"]?["name"]?.string.map { ", \($0)" } ?? ""
            let hostname = endpoint["hostname"]?.string.map { ", hostname \($0)" } ?? ""
            lines.append(
                line(
                    "Endpoint",
                    addresses.joined(separator: ",") + (isReady ? ", ready" : ", not ready")
                        + target + hostname
                )
            )
        }
        return lines
    }
}
