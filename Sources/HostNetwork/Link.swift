public import Addresses

/// A network interface.
public struct Link: Sendable, Hashable {
    /// The interface's number.
    public var index: UInt32
    /// The interface's name.
    public var name: String
    /// What made it, such as `bridge` or `veth`; empty for hardware and `lo`.
    public var kind: String
    /// The group that its maker put it in; 0 by default.
    public var group: UInt32
    /// A note for people (`ifalias`).
    public var alias: String
    /// The number of the bridge that it is a port of; 0 for none.
    public var master: UInt32
    /// Whether it is switched on.
    public var isUp: Bool
    /// The hardware address.
    public var hardwareAddress: [UInt8]

    /// Whether Martlet made it.
    public var isOurs: Bool { group == Link.group }

    /// The group of all links that Martlet makes: they have it from the moment they exist.
    public static let group: UInt32 = 0x6D61_7274
}

/// An address of an interface.
public struct LinkAddress: Sendable, Hashable {
    /// The interface's number.
    public var link: UInt32
    /// The address.
    public var address: IPAddress
    /// The bits of the network that the interface reaches directly.
    public var prefixLength: Int
}

/// An entry of the main table of routes.
public struct Route: Sendable, Hashable {
    /// Where to; nil for the default route.
    public var destination: CIDRBlock?
    /// The interface's number; 0 if the route has none, or several.
    public var link: UInt32
    /// The next router; nil if the destination is reached directly.
    public var gateway: IPAddress?
    /// The address that packets leave with; nil if the route names none.
    public var source: IPAddress?
}
