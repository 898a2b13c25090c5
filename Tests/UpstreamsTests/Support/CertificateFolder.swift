import TestSupport

/// Keys and certificates of the servers that upstream tests talk to.
final class CertificateFolder: Sendable {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        for name in ["good", "other"] { try workshop.makeAuthority(name) }
        try workshop.makeCertificate("server", by: "good", names: "DNS:dns.test,IP:127.0.0.1")
        try workshop.makeCertificate("named", by: "good", names: "DNS:dns.test")
    }

    /// The path of a file.
    func file(_ name: String) -> String { workshop.file(name) }
}
