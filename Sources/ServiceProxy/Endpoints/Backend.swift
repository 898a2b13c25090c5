internal import Addresses
internal import KubernetesModel

/// One endpoint of a service's port.
struct Backend: Equatable, Sendable {
    /// Where it listens.
    var address: IPAddress
    /// The port it listens on.
    var port: Int
    /// Whether it is on this node.
    var isLocal: Bool
    /// Whether it takes new connections.
    var isReady: Bool
    /// Whether it is going, and still answers.
    var isServingToItsEnd: Bool
    /// The zones whose clients should use it.
    var hintZones: [String] = []
    /// The nodes whose clients should use it.
    var hintNodes: [String] = []

    /// Where it listens, as rules write it.
    var target: String { "\(address) . \(port)" }
}

extension Backend {
    /// The backends of a service's port in a family: the union of its slices, each address once.
    ///
    /// Slices may tell the same endpoint twice while it moves from one to another; one that is
    /// ready in any of them is ready.
    static func all(
        of port: ServicePort,
        _ family: IPFamily,
        in slices: some Sequence<EndpointSlice>,
        nodeName: String
    ) -> [Backend] {
        var found: [Place: Backend] = [:]
        let type: EndpointSlice.AddressType = family == .ipv4 ? .ipv4 : .ipv6
        for slice in slices where slice.addressType == type {
            let match = slice.ports.first { $0.name == port.name && $0.transport == port.transport }
            guard let number = match?.port, (1...65_535).contains(number) else { continue }
            for endpoint in slice.endpoints {
                // Endpoints have one address; what others mean is undefined (discovery/v1).
                guard let text = endpoint.addresses.first, let address = IPAddress(text),
                    address.isIPv4 == (family == .ipv4)
                else { continue }
                let backend = Backend(endpoint, at: address, number, nodeName)
                let place = Place(address: address, port: number)
                if let other = found[place], other.isReady || !backend.isReady { continue }
                found[place] = backend
            }
        }
        return found.values.sorted { ($0.address, $0.port) < ($1.address, $1.port) }
    }

    /// An address and a port.
    struct Place: Hashable, Sendable {
        var address: IPAddress
        var port: Int
    }

    /// Where it listens.
    var place: Place { Place(address: address, port: port) }

    private init(_ endpoint: Endpoint, at address: IPAddress, _ port: Int, _ nodeName: String) {
        let isReady = endpoint.ready ?? true
        self.init(
            address: address,
            port: port,
            // Pods of a registry without nodes run here, where else.
            isLocal: endpoint.nodeName.isEmpty || endpoint.nodeName == nodeName,
            isReady: isReady,
            isServingToItsEnd: (endpoint.serving ?? isReady) && endpoint.terminating ?? false,
            hintZones: endpoint.hintZones,
            hintNodes: endpoint.hintNodes
        )
    }
}
