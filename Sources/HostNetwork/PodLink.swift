public import Addresses

/// The link between a pod and its node.
///
/// A pod's addresses stand alone (`/32`, `/128`), and everything goes by the bridge's address: so
/// that packets between two pods pass the host's translation of service addresses both ways.
public struct PodLink: Sendable, Hashable {
    /// The name of the node's end.
    public var name: String
    /// The pod's addresses, at most one of each family.
    public var addresses: [IPAddress]

    /// Creates a link.
    public init(name: String, addresses: [IPAddress]) {
        self.name = name
        self.addresses = addresses
    }

    /// The name of a link, from the identifier of its pod.
    public static func name(uid: String) -> String {
        "mv" + String(uid.filter { $0 != "-" }.prefix(12))
    }

    /// Makes the link and gives the pod its addresses and routes.
    ///
    /// - Parameters:
    ///   - process: A process of the pod.
    ///   - plan: The node's network, which is up.
    ///   - note: A note for people.
    /// - Throws: ``NetworkError`` with the first thing that the system refused.
    public func make(
        toProcess process: Int32,
        on plan: NodePlan,
        note: String
    ) throws(NetworkError) {
        let host = try LinkSocket()
        let links = try host.links()
        guard let bridge = links.first(where: { $0.name == plan.bridge && $0.isOurs }) else {
            throw NetworkError(
                "find the bridge",
                detail: "there is no bridge \(plan.bridge) of Martlet's: make it with martlet node "
                    + "up"
            )
        }
        if let old = links.first(where: { $0.name == name && $0.isOurs }) { try host.remove(old) }
        let primary = addresses.first ?? IPAddress(ipv4: 0)
        try host.makePair(
            name,
            portOf: bridge.index,
            toProcess: process,
            hardwareAddress: NodePlan.hardwareAddress(primary)
        )
        if let made = try host.link(named: name) {
            try host.annotate(made.index, note)
            try host.setHairpin(made.index)
        }
        let pod = try LinkSocket(in: NetworkNamespace(ofProcess: process))
        for link in try pod.links() {
            if link.name == "lo" { try pod.switchOn(link.index) }
            guard link.name == "eth0" else { continue }
            for address in addresses {
                try pod.add(address, prefixLength: address.bitCount, to: link.index)
            }
            try pod.switchOn(link.index)
            for address in addresses {
                guard let gateway = plan.gateways.first(where: { $0.isIPv4 == address.isIPv4 }),
                    let alone = CIDRBlock(gateway, prefixLength: gateway.bitCount)
                else { continue }
                try pod.route(to: alone, on: link.index)
                try pod.route(to: nil, through: gateway, on: link.index)
            }
        }
    }

    /// Removes the link, if it is there.
    public func remove() throws(NetworkError) {
        let host = try LinkSocket()
        guard let link = try host.link(named: name), link.isOurs else { return }
        do {
            try host.remove(link)
        } catch  where error.code == 19 {
            // ENODEV: it went with its pod meanwhile.
        }
    }
}
