internal import Addresses
internal import ClusterView
internal import DNSWire

/// Where something answers from outside of the cluster.
struct ExternalLocation: Hashable {
    /// The address, or the load balancer's name.
    var target: ExternalTarget
    /// The port; nil where none is declared.
    var port: ShownPort?
    /// The name that has the address.
    var owner: Name
}

/// What is found at a name.
enum ExternalFinding {
    /// The name does not exist.
    case nameError
    /// The name exists; the locations may be none.
    case locations([ExternalLocation])
}

/// One zone of `k8s_external`, and one version of the cluster that it shows
/// (CoreDNS `plugin/kubernetes/external.go`).
struct K8sExternalView {
    /// The zone.
    let zone: Name
    /// The options of the block.
    let options: K8sExternalOptions
    /// What the block of the cluster shows.
    let cluster: ShownCluster
    /// The version of the cluster.
    let snapshot: ClusterSnapshot

    /// The name of the zone's server.
    var server: Name { zone.below("ns1", options.apex) ?? zone }

    /// The zone's SOA record.
    var start: ResourceRecord {
        let mailbox = zone.below("hostmaster", options.apex) ?? zone
        return record(
            zone,
            .soa(
                StartOfAuthority(
                    primary: server,
                    mailbox: mailbox,
                    serial: snapshot.serial,
                    refresh: 7200,
                    retry: 1800,
                    expire: 86400,
                    minimum: options.timeToLive
                )
            )
        )
    }

    /// A record that may be kept as long as the block says.
    func record(_ name: Name, _ data: RecordData) -> ResourceRecord {
        ResourceRecord(name: name, timeToLive: options.timeToLive, data: data)
    }

    /// What is at a name below the zone.
    func find(_ name: Name) -> ExternalFinding {
        guard let prefix = name.lowercased.removing(suffix: zone) else { return .nameError }
        var labels = prefix.labels.map { String(decoding: $0, as: UTF8.self) }
        guard let namespace = labels.popLast(), cluster.shows(namespace, in: snapshot) else {
            return .nameError
        }
        guard let service = labels.popLast() else { return .locations([]) }
        switch labels.count {
        case 0: return find(service, namespace)
        case 1: return find(service, namespace, endpoint: labels[0])
        case 2: return find(service, namespace, port: labels[0], transport: labels[1])
        default: return .nameError
        }
    }

    private func find(
        _ service: String,
        _ namespace: String,
        endpoint: String = "",
        port: String = "",
        transport: String = ""
    ) -> ExternalFinding {
        var found: [ExternalLocation] = []
        if let external = snapshot.external(service, namespace: namespace) {
            found = locations(of: external)
        } else if options.includesHeadless,
            let shown = snapshot.service(service, namespace: namespace),
            shown.shape == .headless || !endpoint.isEmpty
        {
            let label = withoutUnderscore(endpoint)
            found = locations(of: shown) { label.isEmpty || $0.label == label }
        }
        let (port, transport) = (withoutUnderscore(port), withoutUnderscore(transport))
        found.removeAll { location in
            (!port.isEmpty && location.port?.name != port)
                || (!transport.isEmpty && location.port?.transport != transport)
        }
        return found.isEmpty ? .nameError : .locations(found)
    }

    private func withoutUnderscore(_ label: String) -> String {
        label.hasPrefix("_") ? String(label.dropFirst()) : label
    }

    /// The external addresses of a service, once for each port.
    func locations(of service: ExternalService) -> [ExternalLocation] {
        guard let owner = zone.below(service.name, service.namespace) else { return [] }
        let ports: [ShownPort?] = service.ports.isEmpty ? [nil] : service.ports
        return service.targets.flatMap { target in
            ports.map { ExternalLocation(target: target, port: $0, owner: owner) }
        }
    }

    /// The addresses of a service's endpoints, once for each port.
    func locations(
        of service: ShownService,
        where isIncluded: (ShownEndpoint) -> Bool = { _ in true }
    ) -> [ExternalLocation] {
        service.endpoints.filter(isIncluded).flatMap { endpoint -> [ExternalLocation] in
            guard let owner = zone.below(endpoint.label, service.name, service.namespace) else {
                return []
            }
            let ports: [ShownPort?] = endpoint.ports.isEmpty ? [nil] : endpoint.ports
            return endpoint.addresses.flatMap { address in
                ports.map { ExternalLocation(target: .address(address), port: $0, owner: owner) }
            }
        }
    }

    /// The names that an external address has.
    func names(of address: IPAddress) -> [Name] {
        guard let primary = options.primary else { return [] }
        var seen: Set<Name> = []
        return snapshot.externals(at: address)
            .filter { cluster.isListed($0.namespace) }
            .compactMap { primary.below($0.name, $0.namespace) }
            .filter { seen.insert($0).inserted }
    }

    /// The SRV records of locations at a name.
    func services(_ locations: [ExternalLocation], at name: Name) -> [ResourceRecord] {
        let weight = UInt16(max(1, 100 / max(1, locations.count)))
        var seen: Set<ServiceLocation> = []
        return locations.compactMap { location in
            guard let port = location.port else { return nil }
            var target = location.owner
            if case .name(let name) = location.target { target = name }
            let service = ServiceLocation(
                priority: 0,
                weight: weight,
                port: port.number,
                target: target
            )
            return seen.insert(service).inserted ? record(name, .srv(service)) : nil
        }
    }

    /// The addresses of locations, each once, at the names that SRV records point at.
    func glue(_ locations: [ExternalLocation]) -> [ResourceRecord] {
        var seen: Set<ExternalLocation> = []
        return locations.compactMap { location in
            guard case .address(let address) = location.target else { return nil }
            var key = location
            key.port = nil
            guard seen.insert(key).inserted else { return nil }
            return record(location.owner, .address(address))
        }
    }
}
