/// What an `acme` option says: for which names certificates are got, and from whom.
public struct ACMESettings: Sendable, Hashable {
    /// The directory of Let's Encrypt, which signs for everybody.
    public static let standardCA = "https://acme-v02.api.letsencrypt.org/directory"

    /// The names; each has a certificate of its own.
    public var names: [ManagedName]
    /// The address that the CA may write to; nil if there is none.
    public var email: String?
    /// Where the CA's directory is.
    public var ca: HTTPURL
    /// The directory that accounts and certificates are kept in.
    public var storage: String
    /// The file of authorities that are trusted beside the system's when the CA is asked.
    public var authorities: String?
    /// The server that knows the CA's address, as `HOST:PORT`; nil leaves it to the system.
    public var resolver: String?

    /// Creates settings.
    public init(
        names: [ManagedName],
        email: String? = nil,
        ca: HTTPURL,
        storage: String,
        authorities: String? = nil,
        resolver: String? = nil
    ) {
        self.names = names
        self.email = email
        self.ca = ca
        self.storage = storage
        self.authorities = authorities
        self.resolver = resolver
    }

    /// The file of a name's certificate: its key, then the certificate and those that signed it.
    public func certificateFile(of name: ManagedName) -> String {
        CertificateStorage(self).certificateFile(of: name)
    }
}
