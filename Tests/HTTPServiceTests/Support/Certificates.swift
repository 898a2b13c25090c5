import HTTPService
import SecureTransport
import TestSupport

/// An authority and a certificate that it signed, for `dns.test` and 127.0.0.1.
final class Certificates: Sendable {
    private let workshop: Workshop

    /// The file of the authority.
    var authority: String { workshop.file("ca.crt") }

    /// Makes them, with openssl.
    init() throws {
        workshop = try Workshop()
        try workshop.makeAuthority("ca")
        try workshop.makeCertificate("server", by: "ca", names: "DNS:dns.test,IP:127.0.0.1")
    }

    /// The server's side.
    func server() throws -> ServerTLS {
        try ServerTLS(
            ServerTLSSettings(
                certificate: workshop.file("server.crt"),
                key: workshop.file("server.key")
            ),
            protocols: HTTPService.protocols
        )
    }
}
