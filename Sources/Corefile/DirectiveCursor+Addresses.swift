public import Addresses

/// The address of a server, as a directive names it.
public struct ServerEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// How the server is spoken to.
    public var scheme: ServerAddress.Scheme
    /// The IP address.
    public var address: IPAddress
    /// The zone of a link-local address, such as `eth0`; empty for any other.
    public var zone: String
    /// The port.
    public var port: UInt16

    /// Creates an endpoint.
    public init(
        scheme: ServerAddress.Scheme = .dns,
        address: IPAddress,
        zone: String = "",
        port: UInt16
    ) {
        self.scheme = scheme
        self.address = address
        self.zone = zone
        self.port = port
    }

    /// Reads `[SCHEME://]ADDRESS[%ZONE][:PORT]`; nil if the text is of another form.
    ///
    /// An IPv6 address with a port is in brackets. Without a port it is `defaultPort`, or the
    /// scheme's if that is nil.
    public init?(_ text: String, defaultPort: UInt16? = nil) {
        let (scheme, rest) = ServerAddress.Scheme.split(text)
        var host = String(rest)
        var port = defaultPort ?? scheme.defaultPort
        if let split = HostPort(host) {
            host = split.host
            port = split.port
        } else if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        }
        let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)),
            parts.count == 1 || (!address.isIPv4 && ServerEndpoint.isInterface(parts[1]))
        else { return nil }
        let zone = parts.count == 2 ? String(parts[1]) : ""
        self.init(scheme: scheme, address: address, zone: zone, port: port)
    }

    /// Whether a text may name or number an interface (Linux `IFNAMSIZ`).
    private static func isInterface(_ text: Substring) -> Bool {
        (1..<16).contains(text.utf8.count)
            && !text.utf8.contains { $0 <= 0x20 || "[]%:/".utf8.contains($0) }
    }

    /// The endpoint as `ADDRESS:PORT`, with `SCHEME://` before it unless that is `dns`.
    public var description: String {
        let host = zone.isEmpty ? "\(address)" : "\(address)%\(zone)"
        let prefix = scheme == .dns ? "" : "\(scheme.rawValue)://"
        return prefix + HostPort(host: host, port: port).description
    }
}

extension DirectiveCursor {
    /// Advances to the next argument and reads it as an IP address.
    ///
    /// - Throws: ``CorefileError`` if there is none, or it is no address.
    public mutating func address() throws(CorefileError) -> IPAddress {
        try address(of: argument("an IP address"))
    }

    /// Reads an IP address from an argument that was passed already.
    ///
    /// - Throws: ``CorefileError`` if it is no address.
    public func address(of text: String) throws(CorefileError) -> IPAddress {
        if let address = IPAddress(text) { return address }
        throw wrong(text, "is not an IP address", mend: "write one such as 10.0.0.1 or fd00::1")
    }

    /// Advances to the next argument and reads it as a block of addresses, such as `10.0.0.0/8`.
    ///
    /// - Parameter allowsAddress: Whether an address without a length is a block of one.
    /// - Throws: ``CorefileError`` if there is none, or it is no block.
    /// - Returns: The block.
    public mutating func cidr(allowsAddress: Bool = false) throws(CorefileError) -> CIDRBlock {
        try cidr(of: argument("a block such as 10.0.0.0/8"), allowsAddress: allowsAddress)
    }

    /// Reads a block of addresses from an argument that was passed already.
    ///
    /// - Throws: ``CorefileError`` if it is no block.
    public func cidr(
        of text: String,
        allowsAddress: Bool = false
    ) throws(CorefileError) -> CIDRBlock {
        if let block = CIDRBlock(text) { return block }
        if allowsAddress, let address = IPAddress(text),
            let block = CIDRBlock(address, prefixLength: address.bitCount)
        {
            return block
        }
        throw wrong(
            text,
            allowsAddress ? "is not an address or a block" : "is not a block of addresses",
            mend: "write one such as 10.0.0.0/8 or fd00::/8"
        )
    }

    /// Advances to the next argument and reads it as `HOST:PORT`; the host may be empty.
    ///
    /// - Throws: ``CorefileError`` if there is none, or it is of another form.
    public mutating func hostPort() throws(CorefileError) -> HostPort {
        let text = try argument("HOST:PORT")
        if let hostPort = HostPort(text) { return hostPort }
        throw wrong(
            text,
            "is not HOST:PORT",
            mend: "write one such as :8080, localhost:8080 or [::1]:8080"
        )
    }

    /// Advances to the next argument and reads it as a server's address.
    ///
    /// - Parameters:
    ///   - defaultPort: The port of an address without one; nil means the scheme's.
    ///   - schemes: The schemes that it may have.
    /// - Throws: ``CorefileError`` if there is none, or it is of another form.
    /// - Returns: The address.
    public mutating func endpoint(
        defaultPort: UInt16? = nil,
        schemes: Set<ServerAddress.Scheme> = [.dns]
    ) throws(CorefileError) -> ServerEndpoint {
        try endpoint(of: argument("ADDRESS[:PORT]"), defaultPort: defaultPort, schemes: schemes)
    }

    /// Reads a server's address from an argument that was passed already.
    ///
    /// - Throws: ``CorefileError`` if it is of another form.
    public func endpoint(
        of text: String,
        defaultPort: UInt16? = nil,
        schemes: Set<ServerAddress.Scheme> = [.dns]
    ) throws(CorefileError) -> ServerEndpoint {
        guard let endpoint = ServerEndpoint(text, defaultPort: defaultPort) else {
            throw wrong(
                text,
                "is not the address of a server",
                mend: "write one such as 10.0.0.1, 10.0.0.1:53 or [fd00::1]:53"
            )
        }
        guard schemes.contains(endpoint.scheme) else {
            let allowed = schemes.map { "\($0.rawValue)://" }.sorted().joined(separator: ", ")
            throw wrong(text, "has a scheme that cannot be used here", mend: "use \(allowed)")
        }
        return endpoint
    }
}
