import KubernetesModel

/// Lists of endpoints, cut after three.
enum EndpointCells {
    /// The first three of some texts, and how many more there are.
    static func some(_ texts: [String], none: String) -> String {
        guard !texts.isEmpty else { return none }
        let shown = texts.prefix(3).joined(separator: ",")
        return texts.count > 3 ? "\(shown) + \(texts.count - 3) more..." : shown
    }

    /// An address and a port, the address in brackets if it has colons.
    static func pair(_ address: String, _ port: Int) -> String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// The ready addresses and ports of an Endpoints object.
    static func endpoints(_ object: APIObject) -> String {
        var texts: [String] = []
        for subset in object.fields.array(at: "subsets") ?? [] {
            let addresses = (subset["addresses"]?.array ?? []).compactMap { $0["ip"]?.string }
            let ports = (subset["ports"]?.array ?? []).compactMap { $0["port"]?.integer }
            texts += ports.isEmpty ? addresses : []
            for port in ports { texts += addresses.map { pair($0, Int(port)) } }
        }
        return some(texts, none: "<none>")
    }
}

/// Labels as text.
enum LabelText {
    /// The labels as `a=b,c=d`, sorted; `<none>` if there are none.
    static func labels(_ labels: OrderedDictionary<String, String>) -> String {
        guard !labels.isEmpty else { return "<none>" }
        return labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: ",")
    }
}
