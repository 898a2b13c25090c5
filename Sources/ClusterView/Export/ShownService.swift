public import Addresses
public import DNSWire

/// A port of a service or of its endpoints.
public struct ShownPort: Sendable, Hashable {
    /// The port's name, lower case; empty if it has none.
    public let name: String
    /// The protocol, lower case: `tcp`, `udp` or `sctp`.
    public let transport: String
    /// The port's number.
    public let number: UInt16
}

/// The ready endpoints of a service that share a label.
public struct ShownEndpoint: Sendable, Hashable {
    /// The label under which they are found below the service.
    public let label: String
    /// Their addresses.
    public let addresses: [IPAddress]
    /// Their ports.
    public let ports: [ShownPort]
}

/// A service as one version of the view shows it, as values: for what is asked for seldom.
public struct ShownService: Sendable, Hashable {
    /// What a service's name answers with.
    public enum Shape: Sendable, Hashable {
        /// Cluster IPs.
        case virtual
        /// The addresses of the ready endpoints.
        case headless
        /// An alias.
        case external
        /// Nothing.
        case absent
    }

    /// The service's name.
    public let name: String
    /// The service's namespace.
    public let namespace: String
    /// What the service's name answers with.
    public let shape: Shape
    /// The cluster IPs of a virtual service.
    public let clusterIPs: [IPAddress]
    /// The ports of a virtual service.
    public let ports: [ShownPort]
    /// The ready endpoints.
    public let endpoints: [ShownEndpoint]
    /// The target of an alias.
    public let target: Name?

    /// Reads the records of a service.
    init(_ records: ServiceRecords) {
        let labels = unsafe ShownService.labels(Array(records.key))
        name = labels.first ?? ""
        namespace = labels.count > 1 ? labels[1] : ""
        switch records.shape {
        case .virtual: shape = .virtual
        case .headless: shape = .headless
        case .external: shape = .external
        case .absent: shape = .absent
        }
        clusterIPs =
            records.shape == .virtual
            ? unsafe ShownService.addresses(Array(records.ipv4), 4)
                + ShownService.addresses(Array(records.ipv6), 16) : []
        ports = (0..<records.servicePortCount).map { ShownService.port($0, records) }
        let ipv4 = unsafe ShownService.addresses(Array(records.endpointIPv4), 4)
        let ipv6 = unsafe ShownService.addresses(Array(records.endpointIPv6), 16)
        endpoints = (0..<records.endpointCount).map { index in
            let entry = records.endpoint(index)
            let label = unsafe Array(records.label(entry).dropFirst())
            let first = Int(entry.portFirst)
            let range4 = Int(entry.ipv4First)..<Int(entry.ipv4First + entry.ipv4Count)
            let range6 = Int(entry.ipv6First)..<Int(entry.ipv6First + entry.ipv6Count)
            return ShownEndpoint(
                label: String(decoding: label, as: UTF8.self),
                addresses: Array(ipv4[range4]) + Array(ipv6[range6]),
                ports: (first..<(first + Int(entry.portCount))).map {
                    ShownService.port($0, records)
                }
            )
        }
        target =
            unsafe records.shape == .external
            ? try? Name(wire: Array(records.externalName)) : nil
    }

    private static func port(_ index: Int, _ records: ServiceRecords) -> ShownPort {
        let port = unsafe records.ports[index]
        let name = unsafe Array(records.name(port))
        let transports = ["tcp", "udp", "sctp"]
        return ShownPort(
            name: String(decoding: name, as: UTF8.self),
            transport: transports[min(Int(port.transport), 2)],
            number: port.number
        )
    }

    private static func addresses(_ octets: [UInt8], _ width: Int) -> [IPAddress] {
        stride(from: 0, to: octets.count, by: width).compactMap {
            IPAddress(octets: octets[$0..<min($0 + width, octets.count)])
        }
    }

    /// The labels of a name in wire form without its root.
    private static func labels(_ octets: [UInt8]) -> [String] {
        var labels: [String] = []
        var index = 0
        while index < octets.count {
            let end = min(octets.count, index + 1 + Int(octets[index]))
            labels.append(String(decoding: octets[(index + 1)..<end], as: UTF8.self))
            index = end
        }
        return labels
    }
}

/// All services of one version of the view, sorted by name, then namespace.
///
/// `@unchecked Sendable`: the records never change once they are made, so that any thread may read
/// them; the list is made in `init` and never written after it.
public final class ServiceListing: @unchecked Sendable {
    private let records: [ServiceRecords]

    /// Lists the services of a version; the listing holds on to them.
    public init(_ snapshot: ClusterSnapshot) {
        var records: [(key: [UInt8], records: ServiceRecords)] = []
        records.reserveCapacity(snapshot.serviceCount)
        var nodes = [snapshot.services.root]
        while let node = nodes.popLast() {
            for leaf in node.leaves {
                // Without the counts of octets, of which the first would sort by length.
                let key = unsafe Array(leaf.key.dropFirst())
                records.append((key, leaf))
            }
            nodes += node.nodes
        }
        records.sort { $0.key.lexicographicallyPrecedes($1.key) }
        self.records = records.map(\.records)
    }

    /// The number of services.
    public var count: Int { records.count }

    /// The service with a number below ``count``.
    public subscript(index: Int) -> ShownService { ShownService(records[index]) }
}

extension ClusterSnapshot {
    /// A service by its name and namespace, in any case of letters.
    public func service(_ name: String, namespace: String) -> ShownService? {
        guard let name = wireLabel(name), let namespace = wireLabel(namespace) else { return nil }
        let key = name + namespace
        return unsafe key.withUnsafeBytes { octets -> ShownService? in
            guard let base = octets.baseAddress else { return nil }
            // SAFETY: hash and lookup read `count` octets of the key.
            let hash = unsafe KeyHash.hash(base, count: octets.count, seed: KeyHash.seed)
            let found = unsafe services.find(base, count: octets.count, hash: hash)
            return unsafe found?._withUnsafeGuaranteedRef { ShownService($0) }
        }
    }

    /// Whether a namespace exists and is shown.
    public func hasNamespace(_ name: String) -> Bool {
        guard let label = wireLabel(name) else { return false }
        return unsafe label.withUnsafeBytes { octets -> Bool in
            guard let base = octets.baseAddress else { return false }
            // SAFETY: hash and lookup read `count` octets of the label.
            let hash = unsafe KeyHash.hash(base, count: octets.count, seed: KeyHash.seed)
            return unsafe namespaces.find(base, count: octets.count, hash: hash) != nil
        }
    }

    /// What a service has outside of the cluster; name and namespace in any case of letters.
    public func external(_ name: String, namespace: String) -> ExternalService? {
        externals.services[
            ClusterIndex.ServiceKey(namespace: namespace.lowercased(), name: name.lowercased())
        ]
    }

    /// The services that are reached at an address outside of the cluster.
    public func externals(at address: IPAddress) -> [ExternalService] {
        (externals.byAddress[address] ?? []).compactMap { externals.services[$0] }
    }

    /// All services that have something outside of the cluster, sorted by name, then namespace.
    public var allExternals: [ExternalService] {
        externals.services.values.sorted {
            ($0.name, $0.namespace) < ($1.name, $1.namespace)
        }
    }
}
