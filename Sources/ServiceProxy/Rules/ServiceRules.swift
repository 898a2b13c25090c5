internal import Addresses
internal import KubernetesModel

/// Makes the rules of a service out of its definition and its endpoints: a pure function
/// (kube-proxy nftables/proxier.go, `syncProxyRules`).
struct ServiceRules {
    /// Services with this label belong to another proxy.
    static let otherProxyLabel = "service.kubernetes.io/service-proxy-name"

    private let settings: ProxySettings
    private let service: Service
    private let slices: [EndpointSlice]
    private var parts = RuleParts()
    /// The addresses of ready endpoints on this node, of any port.
    private var readyHere: Set<IPAddress> = []

    private init(_ service: Service, _ slices: [EndpointSlice], _ settings: ProxySettings) {
        self.settings = settings
        self.service = service
        self.slices = slices
    }

    /// The rules of a service; nil if it is none for proxies: headless, external or another's.
    static func parts(
        of service: Service,
        _ slices: [EndpointSlice],
        _ settings: ProxySettings
    ) -> RuleParts? {
        guard service.type != .externalName, !service.isHeadless, !service.clusterIPs.isEmpty,
            service.metadata.labels[otherProxyLabel] == nil
        else { return nil }
        var rules = ServiceRules(service, slices, settings)
        for family in settings.families {
            guard let clusterIP = rules.addresses(service.clusterIPs, family).first else {
                continue
            }
            for port in service.ports { rules.add(port, family, clusterIP) }
        }
        rules.addHealthCheck()
        return rules.parts
    }

    private func addresses(_ texts: [String], _ family: IPFamily) -> [IPAddress] {
        texts.compactMap(IPAddress.init).filter { $0.isIPv4 == (family == .ipv4) }
    }

    /// The addresses of load balancers that nodes take for their own.
    private func balancers(_ family: IPFamily) -> [IPAddress] {
        let points = service.loadBalancerIngress.filter { $0.ipMode != "Proxy" }
        return service.type == .loadBalancer ? addresses(points.map(\.ip), family) : []
    }

    private mutating func add(_ port: ServicePort, _ family: IPFamily, _ clusterIP: IPAddress) {
        let all = Backend.all(of: port, family, in: slices, nodeName: settings.nodeName)
        for backend in all where backend.isReady && backend.isLocal {
            readyHere.insert(backend.address)
        }
        let choice = EndpointChoice(all, nodeName: settings.nodeName, zone: settings.zone)
        var entry = ServiceEntry(service, port, family, choice, settings)
        entry.addInternal(clusterIP)
        let balancers = balancers(family)
        for address in addresses(service.externalIPs, family) + balancers {
            entry.addExternal(address)
        }
        let hasNodePorts = service.type == .nodePort || service.type == .loadBalancer
        if hasNodePorts, port.nodePort != 0 { entry.addNodePort() }
        entry.addFirewall(balancers, service.loadBalancerSourceRanges)
        entry.addHairpins()
        parts.elements.merge(entry.parts.elements) { first, _ in first }
        parts.chains.merge(entry.parts.chains) { first, _ in first }
        parts.sets.merge(entry.parts.sets) { first, _ in first }
        parts.flows.merge(entry.parts.flows) { $0.union($1) }
    }

    /// Has load balancers told of the endpoints here, if traffic must not go on to other nodes.
    private mutating func addHealthCheck() {
        guard service.type == .loadBalancer, service.externalTrafficPolicy == "Local",
            service.healthCheckNodePort != 0
        else { return }
        parts.health = HealthCheck(
            service: ServiceName(
                namespace: service.metadata.namespace,
                name: service.metadata.name
            ),
            port: service.healthCheckNodePort,
            localCount: readyHere.count
        )
    }
}
