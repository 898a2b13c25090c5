import KubernetesModel
import Registry

/// The headless services that the probe changes: one endpoint each, spread over namespaces.
struct ProbeServices {
    /// How many there are.
    let count: Int

    /// The name that a service's endpoint is found at.
    func name(_ number: Int, domain: String) -> String {
        "probe\(number).\(namespace(number)).svc.\(domain)"
    }

    /// The octets of the address that a step gives to a service.
    func address(_ step: Int) -> [UInt8] {
        [10, 254, UInt8(truncatingIfNeeded: step >> 8), UInt8(truncatingIfNeeded: step)]
    }

    private func namespace(_ number: Int) -> String { "ns\(number % 100)" }

    /// The namespaces and services, which are made once.
    func foundation() throws(ProbeError) -> [ApplyItem] {
        var text = ""
        for number in 0..<min(100, count) {
            text += "---\napiVersion: v1\nkind: Namespace\n"
            text += "metadata: {name: \(namespace(number))}\n"
        }
        for number in 0..<count {
            text += "---\napiVersion: v1\nkind: Service\n"
            text += "metadata: {name: probe\(number), namespace: \(namespace(number))}\n"
            text += "spec: {clusterIP: None, ports: [{name: http, port: 80}]}\n"
        }
        return try items(text)
    }

    /// The slice of a service, with the address of a step.
    func slice(_ number: Int, step: Int) throws(ProbeError) -> ApplyItem {
        let address = address(step).map(String.init).joined(separator: ".")
        let item = try items(
            """
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {"name": "probe\(number)-x", "namespace": "\(namespace(number))",
            "labels": {"kubernetes.io/service-name": "probe\(number)"}},
            "addressType": "IPv4", "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
            "endpoints": [{"addresses": ["\(address)"], "conditions": {"ready": true}}]}
            """
        ).first
        guard let item else { throw ProbeError("a slice was read as nothing") }
        return item
    }

    private func items(_ text: String) throws(ProbeError) -> [ApplyItem] {
        let manifest = ManifestReader().read(Array(text.utf8), source: "probe")
        if let problem = manifest.problems.first { throw ProbeError("\(problem)") }
        return manifest.documents.map { ApplyItem($0) }
    }
}
