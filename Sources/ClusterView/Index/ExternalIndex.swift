public import Addresses
public import DNSWire
internal import KubernetesModel

/// Where a service is reached from outside of the cluster.
public enum ExternalTarget: Sendable, Hashable {
    /// At an address.
    case address(IPAddress)
    /// At the addresses of a name.
    case name(Name)
}

/// What a service has outside of the cluster: `spec.externalIPs`, and what its load balancer has.
public struct ExternalService: Sendable, Hashable {
    /// The service's namespace, lower case.
    public let namespace: String
    /// The service's name, lower case.
    public let name: String
    /// Where it is reached, in the order of the object.
    public let targets: [ExternalTarget]
    /// Its ports.
    public let ports: [ShownPort]

    /// Reads a service; nil if it has nothing outside of the cluster.
    init?(_ service: Service) {
        let texts =
            service.externalIPs
            + service.loadBalancerIngress.map { $0.ip.isEmpty ? $0.hostname : $0.ip }
        targets = texts.compactMap { text in
            if let address = IPAddress(text) { return .address(address) }
            return text.isEmpty ? nil : Name(text).map { .name($0) }
        }
        guard !targets.isEmpty else { return nil }
        namespace = service.metadata.namespace.lowercased()
        name = service.metadata.name.lowercased()
        ports = service.ports.compactMap { port in
            UInt16(exactly: port.port).map {
                ShownPort(
                    name: port.name.lowercased(),
                    transport: port.transport.rawValue.lowercased(),
                    number: $0
                )
            }
        }
    }
}

/// The services that have something outside of the cluster; few, as a rule.
struct ExternalIndex: Sendable {
    /// The services, by namespace and name in lower case.
    private(set) var services: [ClusterIndex.ServiceKey: ExternalService] = [:]
    /// The services at each address.
    private(set) var byAddress: [IPAddress: [ClusterIndex.ServiceKey]] = [:]

    /// Takes over what a service has; nil if nothing.
    mutating func update(_ key: ClusterIndex.ServiceKey, _ service: ExternalService?) {
        let key = ClusterIndex.ServiceKey(
            namespace: key.namespace.lowercased(),
            name: key.name.lowercased()
        )
        guard services[key] != service else { return }
        for address in services[key]?.addresses ?? [] {
            byAddress[address]?.removeAll { $0 == key }
            if byAddress[address]?.isEmpty == true { byAddress[address] = nil }
        }
        services[key] = service
        for address in service?.addresses ?? [] { byAddress[address, default: []].append(key) }
    }
}

extension ExternalService {
    /// The addresses, each once.
    var addresses: Set<IPAddress> {
        Set(targets.compactMap { if case .address(let address) = $0 { address } else { nil } })
    }
}
