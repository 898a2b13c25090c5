public import Addresses

/// How an upstream is spoken to.
public enum UpstreamScheme: String, Sendable, Hashable, CaseIterable {
    /// Plain DNS over UDP and TCP (RFC 1035 §4.2).
    case dns
    /// DNS over TLS (RFC 7858).
    case tls
    /// DNS over HTTPS (RFC 8484), on HTTP/2.
    case https

    /// The port where none is given.
    public var defaultPort: UInt16 {
        switch self {
        case .dns: 53
        case .tls: 853
        case .https: 443
        }
    }
}

/// A server that is asked.
public struct UpstreamEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// How it is spoken to.
    public let scheme: UpstreamScheme
    /// Its address.
    public let address: IPAddress
    /// Its port.
    public let port: UInt16
    /// The name that its certificate must have; nil means that of the settings, or the address.
    public let serverName: String?
    /// The address with its port, as metrics and errors have it: `192.0.2.1:53`.
    public let description: String

    /// Creates an endpoint; the port is the scheme's unless given.
    public init(
        scheme: UpstreamScheme = .dns,
        address: IPAddress,
        port: UInt16? = nil,
        serverName: String? = nil
    ) {
        self.scheme = scheme
        self.address = address
        self.port = port ?? scheme.defaultPort
        self.serverName = serverName
        description = socketText(address, self.port)
    }
}

/// An address with its port: `192.0.2.1:53`, `[2001:db8::1]:53`.
func socketText(_ address: IPAddress, _ port: UInt16) -> String {
    address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
}

/// What a question is carried over towards the upstream.
public enum UpstreamTransport: String, Sendable, Hashable {
    /// Datagrams.
    case udp
    /// A stream, which is inside of TLS if the endpoint says so.
    case tcp
}
