import KubernetesModel

extension IndexTerm {
    /// Labels that tell the pods of one template apart: nobody selects by them alone, and leaving
    /// them out saves an entry per pod.
    private static let unfiledLabels: Set<String> = [
        "pod-template-hash", "controller-revision-hash",
    ]

    /// Computes the terms of an object; a pure function of the object.
    static func terms(of object: APIObject) -> [IndexTerm] {
        var terms: [IndexTerm] = []
        switch object.key.kind {
        case .service: addService(object, to: &terms)
        case .pod:
            for (key, value) in object.labels where !unfiledLabels.contains(key) {
                terms.append(.label(key, value))
            }
            for address in podIPs(of: object) { terms.append(.podIP(address)) }
            if let node = object.fields.string(at: "spec", "nodeName"), !node.isEmpty {
                terms.append(.node(node))
            }
        case .endpointSlice:
            if let name = object.labels[EndpointSlice.serviceNameLabel], !name.isEmpty {
                terms.append(.service(name))
            }
        default: break
        }
        for owner in object.ownerReferences where !owner.uid.isEmpty {
            terms.append(.owner(owner.uid))
        }
        return terms
    }

    /// The term under which the pods of a selector are found; nil if none of its labels is filed.
    static func candidates(of selector: OrderedDictionary<String, String>) -> IndexTerm? {
        selector.first { !unfiledLabels.contains($0.key) }.map { .label($0.key, $0.value) }
    }

    private static func addService(_ object: APIObject, to terms: inout [IndexTerm]) {
        guard let service = try? Service(object) else { return }
        // One pair is enough: a pod that the selector matches has it among its labels.
        let filed = service.selector.elements.first { !unfiledLabels.contains($0.key) }
        if let pair = filed ?? service.selector.elements.first {
            terms.append(.selector(pair.key, pair.value))
        }
        for address in service.clusterIPs where address != "None" {
            terms.append(.clusterIP(address))
        }
        var ports = service.ports.map(\.nodePort)
        ports.append(service.healthCheckNodePort)
        for port in Set(ports).sorted() where port != 0 { terms.append(.nodePort(port)) }
        for point in service.loadBalancerIngress where !point.ip.isEmpty {
            terms.append(.loadBalancerIP(point.ip))
        }
    }

    private static func podIPs(of object: APIObject) -> [String] {
        let listed = object.fields.array(at: "status", "podIPs") ?? []
        let addresses = listed.compactMap { $0["ip"]?.string }
        if !addresses.isEmpty { return addresses }
        return object.fields.string(at: "status", "podIP").map { [$0] } ?? []
    }
}
