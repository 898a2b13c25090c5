internal import Addresses
internal import KubernetesModel

/// The rules of one port of a service in one family.
struct ServiceEntry {
    private let settings: ProxySettings
    private let service: Service
    private let port: ServicePort
    private let family: IPFamily
    private let choice: EndpointChoice
    private let proto: String
    private let sticky: StickyChains?
    private(set) var parts = RuleParts()

    init(
        _ service: Service,
        _ port: ServicePort,
        _ family: IPFamily,
        _ choice: EndpointChoice,
        _ settings: ProxySettings
    ) {
        self.settings = settings
        self.service = service
        self.port = port
        self.family = family
        self.choice = choice
        proto = port.transport.keyword
        sticky = service.affinitySeconds.map {
            StickyChains(service, port, family, seconds: $0, settings)
        }
    }

    private var isInternalLocal: Bool { service.internalTrafficPolicy == "Local" }
    private var isExternalLocal: Bool { service.externalTrafficPolicy == "Local" }

    /// Takes traffic to the cluster IP.
    mutating func addInternal(_ address: IPAddress) {
        set(.clusterIPs, "\(address)", "")
        let backends = isInternalLocal ? choice.local : choice.cluster
        note(FlowFront(address: address, port: port.port, isIPv4: family == .ipv4), backends)
        guard !backends.isEmpty else {
            return set(.unserved, place(address), unserved)
        }
        let chain: String
        if let sticky {
            chain = sticky.cluster(backends, &parts)
        } else {
            chain = shared(isNodePort: false).cluster(backends.count, &parts.chains)
            setBackends(backends, .near, at: "\(address) . \(port.port)", .backends)
        }
        set(.services, place(address), "goto \(chain)")
    }

    /// Takes traffic to an address from outside.
    mutating func addExternal(_ address: IPAddress) {
        let place = place(address)
        note(FlowFront(address: address, port: port.port, isIPv4: family == .ipv4), reachable)
        if isTurnedAway { set(.unserved, place, unserved) }
        guard choice.isServed else { return }
        let chain = externalChain(at: "\(address) . \(port.port)", isNodePort: false)
        set(.services, place, "goto \(chain)")
    }

    /// Takes traffic to the node port.
    mutating func addNodePort() {
        let place = "\(proto) . \(port.nodePort)"
        note(FlowFront(address: nil, port: port.nodePort, isIPv4: family == .ipv4), reachable)
        if isTurnedAway { set(.unservedNodePorts, place, unserved) }
        guard choice.isServed else { return }
        let chain = externalChain(at: "\(port.nodePort)", isNodePort: true)
        set(.nodePorts, place, "goto \(chain)")
    }

    /// Lets only some clients use the addresses of the load balancer.
    ///
    /// Node ports are not covered, as in kube-proxy. A node whose address is allowed may come with
    /// the balancer's own address, if that is bound there.
    mutating func addFirewall(_ balancers: [IPAddress], _ ranges: [String]) {
        guard !ranges.isEmpty, !balancers.isEmpty else { return }
        let blocks = ranges.compactMap { text in
            CIDRBlock(String(text.filter { $0 != " " }))
        }
        let allowed = ProxySettings.blocks(blocks, family)
        let vips = balancers.map(\.description).sorted().joined(separator: ", ")
        var rules: [String] = []
        if let allowed {
            rules.append("fib saddr type local \(family.keyword) saddr { \(vips) } return")
            rules.append("\(family.keyword) saddr != \(allowed) drop")
        } else {
            rules.append("drop")
        }
        let name = chainName("firewall", rules, service.metadata)
        parts.chains[name] = rules
        for address in balancers { set(.firewall, place(address), "goto \(name)") }
    }

    /// Has traffic masqueraded that comes back to the pod that it came from.
    mutating func addHairpins() {
        for backend in choice.cluster + choice.local {
            let text = backend.address.description
            set(.hairpin, "\(text) . \(text)", "")
        }
    }

    /// Whether nobody here answers traffic from outside.
    private var isTurnedAway: Bool {
        isExternalLocal ? choice.local.isEmpty : !choice.isServed
    }

    /// What happens to traffic that nobody answers: it is refused, or dropped if another node
    /// could have answered.
    private var unserved: String { choice.isServed ? "drop" : "goto \(StaticRules.reject)" }

    /// The backends that traffic from outside may be going to.
    private var reachable: [Backend] {
        isExternalLocal ? choice.cluster + choice.local : choice.cluster
    }

    private mutating func externalChain(at place: String, isNodePort: Bool) -> String {
        if let sticky {
            return isExternalLocal
                ? sticky.externalLocal(choice.local, choice.cluster, &parts)
                : sticky.external(choice.cluster, &parts)
        }
        let shared = shared(isNodePort: isNodePort)
        let role: Holder.Role = isNodePort ? .nodePortBackends : .backends
        guard isExternalLocal else {
            setBackends(choice.cluster, .near, at: place, role)
            return shared.external(choice.cluster.count, &parts.chains)
        }
        setBackends(choice.local, .near, at: place, role)
        setBackends(choice.cluster, .far, at: place, role)
        return shared.externalLocal(choice.local.count, choice.cluster.count, &parts.chains)
    }

    private func shared(isNodePort: Bool) -> SharedChains {
        SharedChains(
            settings: settings,
            family: family,
            transport: port.transport,
            isNodePort: isNodePort
        )
    }

    private func place(_ address: IPAddress) -> String { "\(address) . \(proto) . \(port.port)" }

    private mutating func setBackends(
        _ backends: [Backend],
        _ scope: SharedChains.Scope,
        at place: String,
        _ role: Holder.Role
    ) {
        let holder = Holder(role: role, family: family, transport: port.transport)
        for (slot, backend) in backends.enumerated() {
            let element = Element(holder: holder, key: "\(place) . \(scope.offset + slot)")
            parts.elements[element] = backend.target
        }
    }

    private mutating func set(_ role: Holder.Role, _ key: String, _ value: String) {
        parts.elements[Element(holder: Holder(role: role, family: family), key: key)] = value
    }

    private mutating func note(_ front: FlowFront, _ backends: [Backend]) {
        guard port.transport == .udp else { return }
        parts.flows[front, default: []].formUnion(backends.map(\.place))
    }
}

/// A name for a chain of a service's own, which says what is in it.
///
/// A chain of the same name has the same rules: a change makes a new chain.
func chainName(_ prefix: String, _ rules: [String], _ metadata: ObjectMeta) -> String {
    let digits = Fingerprint.text(rules.joined(separator: "\n"))
    let name = "\(prefix)-\(digits)-\(metadata.namespace)/\(metadata.name)"
    return String(name.prefix(ProxyLimits.nameOctetsMax))
}
