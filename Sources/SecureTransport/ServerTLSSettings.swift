/// What a `tls` directive says for the listeners of a server.
public struct ServerTLSSettings: Sendable, Hashable {
    /// The file of the certificate and those that signed it; empty with ``managed`` ones.
    public var certificate: String
    /// The file of its private key.
    public var key: String
    /// The file of the authorities for clients' certificates; nil means those of the system.
    public var authorities: String?
    /// Certificates of several names, whose files may come later, in the place of the one above.
    public var managed: [ManagedCertificate] = []
    /// What is wanted of clients.
    public var clientAuthentication: ClientAuthentication
    /// The file to which the secrets of connections are appended, for a debugger.
    public var keyLog: String?

    /// Creates settings.
    public init(
        certificate: String,
        key: String,
        authorities: String? = nil,
        clientAuthentication: ClientAuthentication = .none,
        keyLog: String? = nil
    ) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        self.clientAuthentication = clientAuthentication
        self.keyLog = keyLog
    }

    /// Creates settings for certificates of several names, the one first that is served to clients
    /// which ask for none.
    public init(
        managed: [ManagedCertificate],
        clientAuthentication: ClientAuthentication = .none,
        keyLog: String? = nil
    ) {
        self.init(
            certificate: "",
            key: "",
            clientAuthentication: clientAuthentication,
            keyLog: keyLog
        )
        self.managed = managed
    }

    /// The files that are read.
    var files: [String] {
        let own = managed.isEmpty ? [certificate, key] : managed.map(\.file)
        return own + (authorities.map { [$0] } ?? [])
    }
}
