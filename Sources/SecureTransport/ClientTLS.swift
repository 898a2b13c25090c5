internal import Glibc
internal import NIOCore
public import NIOSSL

/// The client's side of TLS: makes a handler for each connection to one server.
public final class ClientTLS: Sendable {
    /// The name that the server's certificate must hold; nil means the address connected to.
    public let serverName: String?
    /// What is to be said about the files and the name.
    public let warnings: [TLSWarning]
    private let context: NIOSSLContext

    /// Reads and checks the files; it blocks.
    ///
    /// - Parameters:
    ///   - settings: The files.
    ///   - serverName: The name that the server is asked for (RFC 6066 §3) and must prove to have;
    ///     a certificate for the address that is connected to will do as well. Without a name only
    ///     the address will do. So it is with a name that is an address, which can't be asked for.
    ///   - protocols: The protocols that are offered, as `dot` or `h2` (RFC 7301).
    ///   - now: The seconds since 1970; nil asks the system.
    /// - Throws: ``TLSError`` that names the file or the name.
    public init(
        _ settings: ClientTLSSettings,
        serverName: String? = nil,
        protocols: [String],
        now: Int? = nil
    ) throws(TLSError) {
        let credentials = try Credentials(
            certificate: settings.certificate,
            key: settings.key,
            authorities: settings.authorities,
            now: now ?? Credentials.now
        )
        var warnings = credentials.warnings
        (self.serverName, warnings) = try ClientTLS.check(serverName, warnings)
        self.warnings = warnings
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .fullVerification
        configuration.trustRoots = credentials.authorities.map { .certificates($0) } ?? .default
        configuration.applicationProtocols = protocols
        context = try ClientTLS.context(configuration, credentials, settings)
    }

    private static func context(
        _ configuration: TLSConfiguration,
        _ credentials: Credentials,
        _ settings: ClientTLSSettings
    ) throws(TLSError) -> NIOSSLContext {
        if settings.addsToSystem, let own = credentials.authorities {
            var both = configuration
            both.trustRoots = .default
            both.additionalTrustRoots = [.certificates(own)]
            // A system without a list of its own leaves the file's.
            if let context = try? credentials.context(
                both,
                certificate: settings.certificate,
                key: settings.key
            ) {
                return context
            }
        }
        return try credentials.context(
            configuration,
            certificate: settings.certificate,
            key: settings.key
        )
    }

    /// Makes the handler of a connection, the first of its pipeline.
    public func makeHandler() throws(TLSError) -> NIOSSLClientHandler {
        var configuration = NIOSSLHandler.Configuration()
        configuration.maximumPreservedOutboundBufferCapacity = Limits.preservedOutputOctets
        do {
            return try NIOSSLClientHandler(
                context: context,
                serverHostname: serverName,
                configuration: configuration
            )
        } catch {
            // The name was checked when this was made: only a change of the library gets here.
            throw ClientTLS.refuse(serverName ?? "")
        }
    }

    private static func check(
        _ name: String?,
        _ warnings: [TLSWarning]
    ) throws(TLSError) -> (String?, [TLSWarning]) {
        guard let name else { return (nil, warnings) }
        if isAddress(name) {
            let warning = TLSWarning(
                code: .serverNameIsAddress,
                file: "",
                message: "the server name \(name) is an address",
                mend: "leave it out: without a name, the address connected to is verified"
            )
            return (nil, warnings + [warning])
        }
        // A name's last dot is no part of what certificates hold.
        let bare = name.last == "." ? String(name.dropLast()) : name
        // Certificates hold host names: letters, digits, hyphens and dots (RFC 6125 §6.4).
        guard (1...255).contains(bare.utf8.count),
            bare.utf8.allSatisfy({ octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            })
        else { throw refuse(name) }
        return (bare, warnings)
    }

    private static func refuse(_ name: String) -> TLSError {
        TLSError(
            .arguments,
            "\"\(name)\" is no name that a server can be asked for",
            mend: "write the host name that is in the server's certificate"
        )
    }

    private static func isAddress(_ text: String) -> Bool {
        var octets = [UInt8](repeating: 0, count: 16)
        // SAFETY: the array is valid and holds what either family needs.
        return unsafe inet_pton(AF_INET, text, &octets) == 1
            || inet_pton(AF_INET6, text, &octets) == 1
    }
}
