/// What a `tls` directive says for connections to upstreams.
public struct ClientTLSSettings: Sendable, Hashable {
    /// The file of the client's own certificate; nil if it has none.
    public var certificate: String?
    /// The file of its private key.
    public var key: String?
    /// The file of the authorities that sign servers' certificates; nil means the system's.
    public var authorities: String?
    /// Whether the file's authorities are trusted beside the system's, not in their place.
    public var addsToSystem: Bool

    /// Creates settings; a certificate and its key come together.
    public init(
        certificate: String? = nil,
        key: String? = nil,
        authorities: String? = nil,
        addsToSystem: Bool = false
    ) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        self.addsToSystem = addsToSystem
    }

    /// Reads the arguments of the directive: none, `CA`, `CERT KEY`, or `CERT KEY CA`.
    ///
    /// - Throws: ``TLSError`` if there are more.
    public init(arguments: [String]) throws(TLSError) {
        switch arguments.count {
        case 0: self.init()
        case 1: self.init(authorities: arguments[0])
        case 2: self.init(certificate: arguments[0], key: arguments[1])
        case 3:
            self.init(
                certificate: arguments[0],
                key: arguments[1],
                authorities: arguments[2]
            )
        default:
            throw TLSError(
                .arguments,
                "tls has \(arguments.count) arguments",
                mend: "write none, or CA, or CERT KEY, or CERT KEY CA"
            )
        }
    }
}
