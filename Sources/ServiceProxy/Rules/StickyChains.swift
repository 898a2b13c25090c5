internal import KubernetesModel

/// The chains of a service whose clients keep their endpoint (`sessionAffinity: ClientIP`): as in
/// kube-proxy, a chain and a set of clients for each endpoint.
///
/// A client is its address, and what it keeps is its endpoint of a service's port, by whichever
/// address it comes.
struct StickyChains {
    private let settings: ProxySettings
    private let service: Service
    private let port: ServicePort
    private let family: IPFamily
    private let seconds: Int

    init(
        _ service: Service,
        _ port: ServicePort,
        _ family: IPFamily,
        seconds: Int,
        _ settings: ProxySettings
    ) {
        self.service = service
        self.port = port
        self.family = family
        self.seconds = seconds
        self.settings = settings
    }

    private var shared: SharedChains {
        SharedChains(
            settings: settings,
            family: family,
            transport: port.transport,
            isNodePort: false
        )
    }

    /// The chain for traffic to cluster IPs.
    func cluster(_ backends: [Backend], _ parts: inout RuleParts) -> String {
        let next = pick(backends, &parts)
        return add("cluster", shared.masquerading + ["goto \(next)"], &parts)
    }

    /// The chain for traffic from outside, to any node's endpoints.
    func external(_ backends: [Backend], _ parts: inout RuleParts) -> String {
        let next = pick(backends, &parts)
        return add("external", ["jump \(StaticRules.mark)", "goto \(next)"], &parts)
    }

    /// The chain for traffic from outside that must stay on this node.
    func externalLocal(
        _ local: [Backend],
        _ cluster: [Backend],
        _ parts: inout RuleParts
    ) -> String {
        let far = pick(cluster, &parts)
        let near = local.isEmpty ? nil : pick(local, &parts)
        return add("external-local", shared.localPolicy(far: far, near: near), &parts)
    }

    /// The chain that finds a client's endpoint, or picks one.
    private func pick(_ backends: [Backend], _ parts: inout RuleParts) -> String {
        var rules: [String] = []
        var choices: [String] = []
        for (slot, backend) in backends.enumerated() {
            let set = "affinity-\(fingerprint(backend))-\(suffix(backend))"
            parts.sets[set] =
                "type \(family.addressType); flags dynamic,timeout;"
                + " timeout \(seconds)s;"
            let chain = endpoint(backend, set, &parts)
            rules.append("\(family.keyword) saddr @\(set) goto \(chain)")
            choices.append("\(slot) : goto \(chain)")
        }
        let list = choices.joined(separator: ", ")
        rules.append("numgen random mod \(backends.count) vmap { \(list) }")
        return add("pick", rules, &parts)
    }

    /// The chain that remembers the client and leads to the endpoint.
    private func endpoint(_ backend: Backend, _ set: String, _ parts: inout RuleParts) -> String {
        let address = family == .ipv4 ? "\(backend.address)" : "[\(backend.address)]"
        let rules = [
            "update @\(set) { \(family.keyword) saddr }",
            "meta l4proto \(port.transport.keyword)"
                + " dnat \(family.keyword) to \(address):\(backend.port)",
        ]
        return add("endpoint", rules, &parts)
    }

    private func fingerprint(_ backend: Backend) -> String {
        let metadata = service.metadata
        return Fingerprint.text(
            "\(metadata.namespace)/\(metadata.name)/\(port.transport.rawValue)/\(port.name)"
                + "/\(backend.address)/\(backend.port)/\(seconds)"
        )
    }

    /// The endpoint for those who read the name.
    private func suffix(_ backend: Backend) -> String {
        let address = "\(backend.address)".replacing(":", with: ".")
        return "\(service.metadata.namespace)/\(service.metadata.name)/\(address)/\(backend.port)"
    }

    private func add(_ prefix: String, _ rules: [String], _ parts: inout RuleParts) -> String {
        let name = chainName("\(prefix)\(family.digit)", rules, service.metadata)
        parts.chains[name] = rules
        return name
    }
}
