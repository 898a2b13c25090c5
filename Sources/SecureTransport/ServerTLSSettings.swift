/// What a `tls` directive says for the listeners of a server.
public struct ServerTLSSettings: Sendable, Hashable {
    /// The file of the certificate and those that signed it.
    public var certificate: String
    /// The file of its private key.
    public var key: String
    /// The file of the authorities for clients' certificates; nil means those of the system.
    public var authorities: String?
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
}
