import Foundation
import HTTPService
import SecureTransport
import Testing

/// An authority and a certificate that it signed, for `dns.test` and 127.0.0.1.
final class Certificates: Sendable {
    private let path: String

    /// The file of the authority.
    var authority: String { path + "/ca.crt" }

    /// Makes them, with openssl.
    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/martlet-http-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try "subjectAltName=DNS:dns.test,IP:127.0.0.1\n"
            .write(toFile: path + "/server.ext", atomically: true, encoding: .utf8)
        for line in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -keyout ca.key"
                + " -out ca.crt -subj /CN=ca -addext basicConstraints=critical,CA:TRUE",
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key"
                + " -out server.csr -subj /CN=server",
            "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt"
                + " -days 9 -extfile server.ext",
        ] {
            let words = line.split(separator: " ").map(String.init)
            try #require(try Program.run("/usr/bin/openssl", words, in: path).status == 0)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The server's side.
    func server() throws -> ServerTLS {
        try ServerTLS(
            ServerTLSSettings(certificate: path + "/server.crt", key: path + "/server.key"),
            protocols: HTTPService.protocols
        )
    }
}
