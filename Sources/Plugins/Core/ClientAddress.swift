public import Addresses

/// Where a query came from: an address and a port, by value.
@frozen
public struct ClientAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address.
    public let address: IPAddress
    /// The port.
    public let port: UInt16

    /// Creates an address.
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// The address and the port, IPv6 in brackets.
    public var description: String {
        address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}

/// Where a query was sent to: the address and the port that a listener has, by value.
///
/// A listener on the wildcard address learns from the kernel which of the host's addresses a
/// datagram was for; `address` is then that one.
public typealias LocalAddress = ClientAddress
