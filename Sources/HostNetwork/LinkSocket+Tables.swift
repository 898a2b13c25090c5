internal import Addresses

/// The types of requests and attributes (linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h).
enum RouteTable {
    static let newLink: UInt16 = 16
    static let deleteLink: UInt16 = 17
    static let getLink: UInt16 = 18
    static let setLink: UInt16 = 19
    static let newAddress: UInt16 = 20
    static let deleteAddress: UInt16 = 21
    static let getAddress: UInt16 = 22
    static let newRoute: UInt16 = 24
    static let getRoute: UInt16 = 26
    static let ipv4: UInt8 = 2
    static let ipv6: UInt8 = 10
    static let main: UInt32 = 254
}

extension LinkSocket {
    /// The interfaces of the namespace.
    public func links() throws(NetworkError) -> [Link] {
        var message = NetlinkMessage(RouteTable.getLink, .dump)
        for _ in 0..<4 { message.append(UInt32(0)) }
        return try readTable(message, "list the links").map { part in
            let attributes = part.dropFirst(16).attributes
            let info = attributes[18]?.attributes ?? [:]
            return Link(
                index: part.number(at: 4),
                name: attributes[3]?.text ?? "",
                kind: info[1]?.text ?? "",
                group: attributes[27]?.number(at: 0) ?? 0,
                alias: attributes[20]?.text ?? "",
                master: attributes[10]?.number(at: 0) ?? 0,
                isUp: part.number(at: 8) & 1 != 0,
                hardwareAddress: Array((attributes[1] ?? NetlinkPart(octets: [])).octets)
            )
        }
    }

    /// The interface of a name; nil if there is none.
    public func link(named name: String) throws(NetworkError) -> Link? {
        try links().first { $0.name == name }
    }

    /// The addresses of all interfaces.
    public func addresses() throws(NetworkError) -> [LinkAddress] {
        var message = NetlinkMessage(RouteTable.getAddress, .dump)
        message.append(UInt64(0))
        var found: [LinkAddress] = []
        for part in try readTable(message, "list the addresses") {
            let attributes = part.dropFirst(8).attributes
            // On a point-to-point link only the local address is the host's own.
            guard let octets = (attributes[2] ?? attributes[1])?.octets,
                let address = IPAddress(octets: octets)
            else { continue }
            found.append(
                LinkAddress(
                    link: part.number(at: 4),
                    address: address,
                    prefixLength: Int(part.number(at: 1, octets: 1))
                )
            )
        }
        return found
    }

    /// The entries of the main table of routes that lead somewhere.
    public func routes() throws(NetworkError) -> [Route] {
        var message = NetlinkMessage(RouteTable.getRoute, .dump)
        for _ in 0..<3 { message.append(UInt32(0)) }
        var found: [Route] = []
        for part in try readTable(message, "list the routes") {
            let attributes = part.dropFirst(12).attributes
            let table = attributes[15]?.number(at: 0) ?? part.number(at: 4, octets: 1)
            // rtm_type 1: unicast; others are the kernel's own, or lead nowhere.
            guard table == RouteTable.main, part.number(at: 7, octets: 1) == 1 else { continue }
            let length = Int(part.number(at: 1, octets: 1))
            let base = attributes[1].flatMap { IPAddress(octets: $0.octets) }
            found.append(
                Route(
                    destination: base.flatMap { CIDRBlock($0, prefixLength: length) },
                    link: attributes[4]?.number(at: 0) ?? 0,
                    gateway: attributes[5].flatMap { IPAddress(octets: $0.octets) },
                    source: attributes[7].flatMap { IPAddress(octets: $0.octets) }
                )
            )
        }
        return found
    }
}
