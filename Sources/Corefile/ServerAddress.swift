internal import Addresses

/// What a key of a server block means: a zone, and where it is served.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// How queries come in.
    ///
    /// The raw value is the prefix of a key.
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        /// UDP and TCP.
        case dns = "dns"
        /// DNS over TLS.
        case tls = "tls"
        /// DNS over QUIC.
        case quic = "quic"
        /// gRPC.
        case grpc = "grpc"
        /// DNS over HTTPS.
        case https = "https"
        /// DNS over HTTPS, by HTTP/3.
        case https3 = "https3"

        /// The port of a key without one.
        public var defaultPort: UInt16 {
            switch self {
            case .dns: 53
            case .tls, .quic: 853
            case .grpc, .https, .https3: 443
            }
        }

        /// Takes the scheme off a text; without a known one it is `dns`, and all of it is left.
        static func split(_ text: String) -> (scheme: Scheme, rest: Substring) {
            for scheme in allCases where text.hasPrefix("\(scheme.rawValue)://") {
                return (scheme, text.dropFirst(scheme.rawValue.count + 3))
            }
            return (.dns, text[...])
        }
    }

    /// How queries come in.
    public var scheme: Scheme
    /// The zone in lower case, with a final dot.
    public var zone: String
    /// The port that the key names; nil if it names none.
    public var explicitPort: UInt16?

    /// The port: that of the key, or the scheme's.
    public var port: UInt16 { explicitPort ?? scheme.defaultPort }

    /// The port, where that of plain DNS without one is set from outside (`-dns.port`).
    public func port(plain: UInt16) -> UInt16 {
        explicitPort ?? (scheme == .dns ? plain : scheme.defaultPort)
    }

    /// Creates an address.
    public init(scheme: Scheme = .dns, zone: String, explicitPort: UInt16? = nil) {
        self.scheme = scheme
        self.zone = zone
        self.explicitPort = explicitPort
    }

    /// The address as `SCHEME://ZONE:PORT`.
    public var description: String { "\(scheme.rawValue)://\(zone):\(port)" }

    /// Reads a key; a CIDR block becomes its reverse zones.
    ///
    /// An unknown scheme is no scheme, but a part of the zone.
    ///
    /// - Parameter key: The key, such as `tls://example.org:853` or `10.0.0.0/8`.
    /// - Throws: ``ServerKeyError`` if it is no key.
    /// - Returns: One address for each zone; none for `unix://`, which nothing serves.
    public static func parse(key: String) throws(ServerKeyError) -> [ServerAddress] {
        if key.hasPrefix(unixPrefix) { return [] }
        let (scheme, text) = Scheme.split(key)
        var rest = text
        var port: UInt16?
        if let colon = rest.lastIndex(of: ":") {
            let text = rest[rest.index(after: colon)...]
            guard !text.isEmpty else {
                throw ServerKeyError(
                    "expecting data after last colon: '\(key.shown)'",
                    mend: "write a port, or delete the colon"
                )
            }
            if let number = Int(text) {
                guard let exact = UInt16(exactly: number) else {
                    throw ServerKeyError(
                        "'\(text.shown)' in '\(key.shown)' is no port",
                        mend: "use 1 to 65535"
                    )
                }
                port = exact
                rest = rest[..<colon]
            }
        }
        return try zones(host: String(rest)).map {
            ServerAddress(scheme: scheme, zone: $0, explicitPort: port)
        }
    }

    /// A scheme that is known and never served.
    static let unixPrefix = "unix://"

    /// Reads a zone argument of a plugin, which is written like a key.
    ///
    /// - Parameter argument: The argument, such as `cluster.local` or `10.0.0.0/8`.
    /// - Throws: ``ServerKeyError`` if it is no zone.
    /// - Returns: The zones, in lower case with a final dot.
    public static func zones(of argument: String) throws(ServerKeyError) -> [String] {
        try parse(key: argument).map(\.zone)
    }

    private static func zones(host: String) throws(ServerKeyError) -> [String] {
        guard host.utf8.count <= Limits.zoneOctetsMax else {
            throw ServerKeyError(
                "specified zone is too long: \(host.utf8.count) > \(Limits.zoneOctetsMax)",
                mend: "shorten it"
            )
        }
        guard ZoneText.isName(host) else {
            throw ServerKeyError(
                "zone is not a valid domain name: '\(host.shown)'",
                mend: host.isEmpty
                    ? "write '.' for the root" : "use labels of 1 to 63 octets, with dots between"
            )
        }
        guard let block = CIDRBlock(host) else { return [ZoneText.normalized(host)] }
        if host.hasPrefix(":") || (host.hasPrefix("0") && host.contains(":")) {
            throw ServerKeyError(
                "invalid CIDR \(host)",
                mend: "write the reverse zone itself, under ip6.arpa"
            )
        }
        return ReverseZones.zones(of: block)
    }
}

/// Why a key of a server block means nothing.
public struct ServerKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var mend: String

    /// Creates an error.
    public init(_ message: String, mend: String) {
        self.message = message
        self.mend = mend
    }

    /// What is wrong, and what to do about it.
    public var description: String { "\(message): \(mend)" }
}
