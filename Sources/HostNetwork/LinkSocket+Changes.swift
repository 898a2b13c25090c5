public import Addresses

extension LinkSocket {
    /// Makes a bridge in Martlet's group.
    ///
    /// Its hardware address is given, as it would change with the bridge's ports otherwise, and
    /// pods would send to one that is gone.
    public func makeBridge(_ name: String, hardwareAddress: [UInt8]) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.newLink, [.create, .exclusive, .acknowledge])
        message.link()
        message.attribute(3, text: name)
        message.attribute(1, hardwareAddress)
        message.attribute(27, number: Link.group)
        message.attribute(18) { info in
            info.attribute(1, text: "bridge")
        }
        try change(message, "make the bridge \(name)")
    }

    /// Makes a pair of links: a port of a bridge in this namespace, and `eth0` in another one.
    ///
    /// - Parameters:
    ///   - name: The name of the link here.
    ///   - bridge: The number of the bridge.
    ///   - process: A process of the other namespace.
    ///   - hardwareAddress: The hardware address of `eth0`.
    /// - Throws: ``NetworkError`` with what the system refused.
    public func makePair(
        _ name: String,
        portOf bridge: UInt32,
        toProcess process: Int32,
        hardwareAddress: [UInt8]
    ) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.newLink, [.create, .exclusive, .acknowledge])
        message.link(isUp: true)
        message.attribute(3, text: name)
        message.attribute(10, number: bridge)
        message.attribute(27, number: Link.group)
        message.attribute(18) { info in
            info.attribute(1, text: "veth")
            info.attribute(2) { data in
                // VETH_INFO_PEER: a link of its own, structure included.
                data.attribute(1) { peer in
                    peer.link()
                    peer.attribute(3, text: "eth0")
                    peer.attribute(1, hardwareAddress)
                    peer.attribute(19, number: UInt32(bitPattern: process))
                }
            }
        }
        try change(message, "make the link \(name) to the pod's namespace")
    }

    /// Lets a port of a bridge give back what came in by it.
    ///
    /// A pod that reaches itself through a service needs that, where the bridge's frames pass the
    /// packet filter (`net.bridge.bridge-nf-call-iptables`).
    public func setHairpin(_ index: UInt32) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.setLink, .acknowledge)
        // AF_BRIDGE, in `struct ifinfomsg`.
        message.append(UInt8(7))
        message.append(UInt8(0))
        message.append(UInt16(0))
        message.append(index)
        message.append(UInt64(0))
        // IFLA_PROTINFO, nested, with IFLA_BRPORT_MODE.
        message.attribute(0x8000 | 12) { $0.attribute(4, [1]) }
        try change(message, "set hairpin mode for link \(index)")
    }

    /// Removes a link; a pair goes together.
    public func remove(_ link: Link) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.deleteLink, .acknowledge)
        message.link(link.index)
        try change(message, "remove the link \(link.name)")
    }

    /// Switches a link on.
    public func switchOn(_ index: UInt32) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.setLink, .acknowledge)
        message.link(index, isUp: true)
        try change(message, "switch on link \(index)")
    }

    /// Writes a note for people on a link.
    public func annotate(_ index: UInt32, _ note: String) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.setLink, .acknowledge)
        message.link(index)
        message.attribute(20, text: note)
        try change(message, "annotate link \(index)")
    }

    /// Gives an address to a link, unless it has it; it can be used at once.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - prefixLength: The bits of the network that the link reaches directly.
    ///   - index: The link's number.
    /// - Throws: ``NetworkError`` with what the system refused.
    public func add(
        _ address: IPAddress,
        prefixLength: Int,
        to index: UInt32
    ) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.newAddress, [.create, .replace, .acknowledge])
        message.address(address, prefixLength, index)
        // IFA_F_NODAD: nobody else has the address, so nobody is asked for a second.
        if !address.isIPv4 { message.attribute(8, number: 0x02) }
        try change(message, "give \(address)/\(prefixLength) to link \(index)")
    }

    /// Takes an address from a link.
    public func remove(_ address: LinkAddress) throws(NetworkError) {
        var message = NetlinkMessage(RouteTable.deleteAddress, .acknowledge)
        message.address(address.address, address.prefixLength, address.link)
        try change(message, "take \(address.address) from link \(address.link)")
    }

    /// Adds a route, or replaces the one to the same destination.
    ///
    /// - Parameters:
    ///   - destination: Where to; nil for all other addresses.
    ///   - gateway: The next router; nil if the link reaches the destination directly.
    ///   - source: The address that packets leave with, of the family.
    ///   - index: The link's number.
    /// - Throws: ``NetworkError`` with what the system refused.
    public func route(
        to destination: CIDRBlock?,
        through gateway: IPAddress? = nil,
        from source: IPAddress? = nil,
        on index: UInt32
    ) throws(NetworkError) {
        let isIPv4 = destination?.base.isIPv4 ?? gateway?.isIPv4 ?? true
        var message = NetlinkMessage(RouteTable.newRoute, [.create, .replace, .acknowledge])
        message.append(isIPv4 ? RouteTable.ipv4 : RouteTable.ipv6)
        message.append(UInt8(destination?.prefixLength ?? 0))
        // No source, no type of service; the main table, static, of global or link scope, unicast.
        message.append(UInt16(0))
        message.append(UInt8(RouteTable.main))
        message.append(UInt8(4))
        message.append(UInt8(gateway == nil && isIPv4 ? 253 : 0))
        message.append(UInt8(1))
        message.append(UInt32(0))
        if let destination { message.attribute(1, destination.base.octets) }
        if let gateway { message.attribute(5, gateway.octets) }
        if let source { message.attribute(7, source.octets) }
        message.attribute(4, number: index)
        let name = destination?.description ?? "all other addresses"
        try change(message, "make the route to \(name)")
    }
}

extension NetlinkMessage {
    /// Appends `struct ifinfomsg`.
    fileprivate mutating func link(_ index: UInt32 = 0, isUp: Bool = false) {
        append(UInt32(0))
        append(index)
        append(UInt32(isUp ? 1 : 0))
        append(UInt32(isUp ? 1 : 0))
    }

    /// Appends `struct ifaddrmsg` and the address.
    fileprivate mutating func address(_ address: IPAddress, _ length: Int, _ index: UInt32) {
        append(address.isIPv4 ? RouteTable.ipv4 : RouteTable.ipv6)
        append(UInt8(length))
        append(UInt16(0))
        append(index)
        attribute(2, address.octets)
        attribute(1, address.octets)
    }
}
