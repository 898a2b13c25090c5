public import Addresses

/// A place that connections can be relayed to.
public struct Backend: Sendable, Hashable, CustomStringConvertible {
    /// The pod's address.
    public var address: IPAddress
    /// The pod's port.
    public var port: UInt16

    /// Creates a backend.
    public init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// The address and the port, IPv6 in brackets.
    public var description: String {
        address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}

/// A port that is forwarded: found in the target, with what leads there.
public struct ForwardedPort: Sendable, Hashable {
    /// How backends are found for connections to the port.
    enum Route: Sendable, Hashable {
        /// A number, of whichever address.
        case number(UInt16)
        /// A service's port: a port of that name in the service's slices.
        case servicePort(String)
        /// A container's port of that name.
        case containerPort(String)
    }

    /// The port to listen on; 0 lets the kernel choose.
    public var local: UInt16
    /// The pods' port, as it is shown.
    public var remote: UInt16
    let route: Route
}
