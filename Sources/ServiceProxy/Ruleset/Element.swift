internal import KubernetesModel

/// A set or a map of the table that holds the services' elements.
struct Holder: Hashable, Sendable {
    /// What the elements say.
    enum Role: String, CaseIterable, Sendable {
        /// Address, protocol and port → the chain that takes the traffic.
        case services
        /// Protocol and node port → the chain that takes the traffic.
        case nodePorts = "nodeports"
        /// Address, protocol and port, whose traffic is turned away.
        case unserved = "no-endpoints"
        /// Protocol and node port, whose traffic is turned away.
        case unservedNodePorts = "no-endpoint-nodeports"
        /// Address, protocol and port, whose clients are looked at.
        case firewall
        /// Address, port and slot → endpoint; one map for each protocol.
        case backends
        /// Node port and slot → endpoint; one map for each protocol.
        case nodePortBackends = "nodeport-backends"
        /// Cluster IPs.
        case clusterIPs = "cluster-ips"
        /// Endpoints, twice: the source and target of traffic that comes back to where it began.
        case hairpin
    }

    var role: Role
    var family: IPFamily
    /// The protocol, where each has a map of its own.
    var transport: TransportProtocol?

    /// The holder's name in the table.
    var name: String {
        role.rawValue + (transport.map { "-\($0.keyword)" } ?? "") + family.digit
    }

    /// Whether its elements lead to something.
    var isMap: Bool { role != .clusterIPs && role != .hairpin }

    /// All holders of a family.
    static func all(_ family: IPFamily) -> [Holder] {
        Role.allCases.flatMap { role in
            let hasProtocols = role == .backends || role == .nodePortBackends
            let transports: [TransportProtocol?] =
                hasProtocols ? TransportProtocol.allCases : [nil]
            return transports.map { Holder(role: role, family: family, transport: $0) }
        }
    }
}

extension IPFamily {
    /// The digit at the end of names.
    var digit: String { self == .ipv4 ? "4" : "6" }
    /// The protocol in rules.
    var keyword: String { self == .ipv4 ? "ip" : "ip6" }
    /// The type of addresses in declarations.
    var addressType: String { self == .ipv4 ? "ipv4_addr" : "ipv6_addr" }
}

extension TransportProtocol {
    /// The protocol in rules.
    var keyword: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        }
    }
}

/// An element of a set or a map, without its value.
struct Element: Hashable, Sendable {
    var holder: Holder
    /// The key, as nft writes it.
    var key: String
}
