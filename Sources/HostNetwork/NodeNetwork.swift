internal import Addresses

/// A node's side of the network: the bridge, its addresses and routes, and forwarding.
public struct NodeNetwork {
    /// What is to be there.
    public let plan: NodePlan
    /// The note on the bridge that says whose it is.
    public let note: String

    /// Creates the network of a plan; nothing is made yet.
    public init(_ plan: NodePlan, note: String) {
        self.plan = plan
        self.note = note
    }

    /// Checks whether the network can be made, changing nothing.
    ///
    /// - Throws: ``NetworkError`` with the first thing that is in the way.
    public func check() throws(NetworkError) {
        guard plan.bridge.utf8.count <= Limits.linkNameOctetsMax else {
            throw NetworkError(
                "make the bridge \(plan.bridge)",
                detail: "the name \(plan.bridge) has more than \(Limits.linkNameOctetsMax) octets"
            )
        }
        let socket = try LinkSocket()
        try plan.check(
            links: try socket.links(),
            addresses: try socket.addresses(),
            routes: try socket.routes(),
            note: note
        )
        try checkIPv6()
    }

    private func checkIPv6() throws(NetworkError) {
        guard let block = plan.podBlocks.first(where: { !$0.base.isIPv4 }) else { return }
        for name in ["all", "default"] {
            let setting = SystemSetting("net/ipv6/conf/\(name)/disable_ipv6")
            guard setting.value != "0" else { continue }
            let mend = setting.value == nil ? "boot with it" : "sysctl -w \(setting.title)=0"
            throw NetworkError(
                "use \(block)",
                detail: "IPv6 is off on this host, and the pods' block \(block) needs it: \(mend), "
                    + "or create the registry with IPv4 blocks only (--pod-cidr 10.244.0.0/16 "
                    + "--service-cidr 10.96.0.0/16)"
            )
        }
    }

    /// Makes what is missing; what is there already stays as it is.
    ///
    /// - Returns: The settings of the kernel that were changed, with their former values.
    /// - Throws: ``NetworkError`` with the first thing that the system refused.
    public func up() throws(NetworkError) -> [(setting: SystemSetting, former: String)] {
        let socket = try LinkSocket()
        if try socket.link(named: plan.bridge) == nil {
            let first = plan.gateways.first ?? IPAddress(ipv4: 0)
            try socket.makeBridge(
                plan.bridge,
                hardwareAddress: NodePlan.hardwareAddress(first)
            )
        }
        guard let bridge = try socket.link(named: plan.bridge) else {
            throw NetworkError("make the bridge \(plan.bridge)", detail: "it was removed at once")
        }
        try socket.annotate(bridge.index, note)
        if let loopback = try socket.link(named: "lo"), !loopback.isUp {
            try socket.switchOn(loopback.index)
        }
        for (gateway, block) in zip(plan.gateways, plan.podBlocks) {
            try socket.add(gateway, prefixLength: block.prefixLength, to: bridge.index)
        }
        for address in plan.serverAddresses {
            try socket.add(address, prefixLength: address.bitCount, to: bridge.index)
        }
        try socket.switchOn(bridge.index)
        for block in plan.serviceBlocks {
            // Without a source of the block's family packets to it would have none.
            let source = plan.gateways.first { $0.isIPv4 == block.base.isIPv4 }
            guard let source else { continue }
            try socket.route(to: block, from: source, on: bridge.index)
        }
        return try changeSettings()
    }

    /// Lets the host forward, and keeps what it learned from routers meanwhile.
    private func changeSettings() throws(NetworkError) -> [(SystemSetting, String)] {
        var changed: [(SystemSetting, String)] = []
        func set(_ name: String, _ value: String) throws(NetworkError) {
            let setting = SystemSetting(name)
            guard let former = setting.value, former != value else { return }
            try setting.set(value)
            changed.append((setting, former))
        }
        if plan.podBlocks.contains(where: \.base.isIPv4) {
            try set("net/ipv4/ip_forward", "1")
            // Pods speak to each other through the host, which is no detour.
            try set("net/ipv4/conf/\(plan.bridge)/send_redirects", "0")
        }
        guard plan.podBlocks.contains(where: { !$0.base.isIPv4 }) else { return changed }
        // A router doesn't listen to other routers, unless it is told to (2): a laptop would lose
        // its own way out.
        for name in HostFile.names(in: "/proc/sys/net/ipv6/conf")
        where name != "all" && name != "default" && name != plan.bridge {
            let isRouter = SystemSetting("net/ipv6/conf/\(name)/forwarding").value != "0"
            let listens = SystemSetting("net/ipv6/conf/\(name)/accept_ra").value == "1"
            if listens, !isRouter { try set("net/ipv6/conf/\(name)/accept_ra", "2") }
        }
        try set("net/ipv6/conf/all/forwarding", "1")
        return changed
    }

    /// Removes the bridge and all links of Martlet's in this namespace.
    ///
    /// - Parameters:
    ///   - bridge: The bridge's name.
    ///   - note: The note that says whose it is.
    /// - Returns: The names of what was removed; none if it isn't there, or is somebody else's.
    /// - Throws: ``NetworkError`` with the first thing that the system refused.
    public static func down(bridge: String, note: String) throws(NetworkError) -> [String] {
        let socket = try LinkSocket()
        let links = try socket.links()
        let named = links.first { $0.name == bridge && $0.isOurs }
        guard let found = named, found.alias.isEmpty || found.alias == note else { return [] }
        var removed: [String] = []
        for link in links where link.isOurs && link.master == found.index {
            do {
                try socket.remove(link)
                removed.append(link.name)
            } catch  where error.code == 19 {
                // ENODEV: its pod has just ended.
            }
        }
        try socket.remove(found)
        return removed + [found.name]
    }
}
