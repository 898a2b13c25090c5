public import Addresses

/// An address and port that the server answers on, over UDP and TCP.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address; all zeros for every address of the family.
    public var address: IPAddress
    /// The port; 0 lets the kernel choose.
    public var port: UInt16

    /// Creates an address.
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `ADDRESS:PORT`, `[ADDRESS]:PORT`, or an address alone, which means port 53.
    ///
    /// - Throws: ``ServerError`` if the text is none of these.
    public init(_ text: String) throws(ServerError) {
        func refuse(_ reason: String) -> ServerError {
            ServerError(
                "\"\(text)\" is no address to listen on: \(reason)",
                mend: "write 127.0.0.1:53 or [::1]:53"
            )
        }
        if let address = IPAddress(text) {
            self.init(address: address, port: 53)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { throw refuse("no port is given") }
        guard let port = UInt16(text[text.index(after: colon)...]) else {
            throw refuse("the port is not a number from 0 to 65535")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw refuse("an IPv6 address with a port stands in brackets")
        }
        guard let address = IPAddress(String(host)) else {
            throw refuse("\"\(host)\" is not an IP address")
        }
        self.init(address: address, port: port)
    }

    /// Whether the address stands for every address of its family.
    public var isWildcard: Bool { address.high == 0 && address.low == 0 }

    /// The address and the port, IPv6 in brackets.
    public var description: String {
        address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}
