public import Addresses

/// What a node's network is to be.
public struct NodePlan: Sendable, Hashable {
    /// The bridge's name.
    public var bridge: String
    /// The blocks of pod addresses, one for each family.
    public var podBlocks: [CIDRBlock]
    /// The blocks of virtual addresses; what is in them and nobody's never leaves the host.
    public var serviceBlocks: [CIDRBlock]
    /// The addresses at which pods find the cluster's name server.
    public var serverAddresses: [IPAddress]
    /// Whether pods reach the outside with the host's address.
    public var masquerades: Bool

    /// Creates a plan.
    public init(
        bridge: String = "martlet0",
        podBlocks: [CIDRBlock],
        serviceBlocks: [CIDRBlock] = [],
        serverAddresses: [IPAddress] = [],
        masquerades: Bool = false
    ) {
        self.bridge = bridge
        self.podBlocks = podBlocks
        self.serviceBlocks = serviceBlocks
        self.serverAddresses = serverAddresses
        self.masquerades = masquerades
    }

    /// The bridge's own address in each block of pods: the first one, which no pod is given.
    public var gateways: [IPAddress] { podBlocks.compactMap { $0.base.advanced(by: 1) } }

    /// The hardware address of the bridge or of a pod: two octets that say "locally administered"
    /// and four of the IP address, so that a new pod with the address of an old one is found where
    /// that one was.
    public static func hardwareAddress(_ address: IPAddress) -> [UInt8] {
        [0x0A, 0x58] + address.octets.suffix(4)
    }

    /// Checks the plan against what the host has.
    ///
    /// - Throws: ``NetworkError`` with the first thing that is in the way, and both sides' names.
    func check(
        links: [Link],
        addresses: [LinkAddress],
        routes: [Route],
        note: String
    ) throws(NetworkError) {
        let names = Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
        let ours = Set(links.filter(\.isOurs).map(\.index))
        let found = links.first { $0.name == bridge }
        // Without a note it was made by somebody who was killed before writing one.
        if let found, found.isOurs, !found.alias.isEmpty, found.alias != note {
            throw NetworkError(
                "make the bridge \(bridge)",
                detail: "the bridge \(bridge) belongs to another node (\(found.alias)): name "
                    + "another one with --bridge, or end that node with its --state-dir"
            )
        }
        if let link = found, !link.isOurs {
            let kind = link.kind.isEmpty ? "a link" : "a \(link.kind)"
            throw NetworkError(
                "make the bridge \(bridge)",
                detail: "there is \(kind) \(bridge) that is not Martlet's: name another one with "
                    + "--bridge, or remove it with: ip link delete \(bridge)"
            )
        }
        for block in podBlocks + serviceBlocks {
            let title = podBlocks.contains(block) ? "the pods' block" : "the services' block"
            for route in routes where !ours.contains(route.link) {
                guard let destination = route.destination, destination.overlaps(block) else {
                    continue
                }
                let link = names[route.link].map { " on \($0)" } ?? ""
                throw NetworkError.overlap("\(title) \(block)", "the route \(destination)\(link)")
            }
            for address in addresses where !ours.contains(address.link) {
                guard block.contains(address.address) else { continue }
                let link = names[address.link] ?? "link \(address.link)"
                // Left by an earlier node that ended in the middle.
                if serverAddresses.contains(address.address), link == "lo" { continue }
                throw NetworkError.overlap(
                    "\(title) \(block)",
                    "the address \(address.address) of \(link)"
                )
            }
        }
    }
}

extension NetworkError {
    fileprivate static func overlap(_ block: String, _ other: String) -> NetworkError {
        NetworkError(
            "use \(block)",
            detail: "\(block) overlaps \(other) of this host: create the registry with other "
                + "blocks (--pod-cidr, --service-cidr), or remove the other side"
        )
    }
}

extension CIDRBlock {
    /// Whether two blocks have an address in common.
    public func overlaps(_ other: CIDRBlock) -> Bool {
        contains(other.base) || other.contains(base)
    }
}
