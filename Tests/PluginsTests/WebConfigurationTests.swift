import SecureTransport
import Testing

@testable import Plugins

@Suite("prometheus: the file of tls")
struct WebConfigurationTests {
    @Test func `certificates are found from the directory of the file`() throws {
        let text = """
            tls_server_config:
              cert_file: cert.pem
              key_file: /etc/key.pem
              client_ca_file: ca.pem
              client_auth_type: RequireAndVerifyClientCert
              min_version: TLS12
              prefer_server_cipher_suites: true
            http_server_config:
              http2: true
            """
        let tls = try #require(try WebConfiguration(parsing: text, directory: "/web/").tls)
        #expect(tls.certificate == "/web/cert.pem" && tls.key == "/etc/key.pem")
        #expect(tls.authorities == "/web/ca.pem")
        #expect(tls.clientAuthentication == .requireAndVerify)
    }

    @Test(arguments: ["", "tls_server_config:\n", "http_server_config:\n  http2: true\n"])
    func `without a certificate there is no TLS`(_ text: String) throws {
        guard text.contains("tls_server_config") else {
            #expect(try WebConfiguration(parsing: text).tls == nil)
            return
        }
        #expect(throws: WebConfigurationError.self) { try WebConfiguration(parsing: text) }
    }

    private static let start = "tls_server_config:\n  cert_file: a\n  key_file: b\n"

    @Test(arguments: [
        ("- a", "the file is no mapping"), ("a: [", "line"), ("tls_server_config: 7", "no mapping"),
        ("tls_server_config:\n  cert_file: a\n", "key_file is missing"),
        (start + "  client_ca_file: c\n", "without client_auth_type"),
        (start + "  client_auth_type: Maybe\n", "Maybe is not known"),
        (start + "  min_version: TLS13\n", "TLS13 can't be had here"),
        (start + "  cipher_suites: [a]\n", "cipher_suites is not in Martlet yet"),
        (start + "  cert_file: 7\n", "line"),
        (start + "basic_auth_users:\n  a: b\n", "basic_auth_users is not in Martlet yet"),
        ("http_server_config:\n  headers: {}\n", "headers is not in Martlet yet"),
    ])
    func `what is not understood is refused`(_ text: String, _ said: String) throws {
        let error = try #require(throws: WebConfigurationError.self) {
            try WebConfiguration(parsing: text)
        }
        #expect(error.message.contains(said), "\(error.message)")
        #expect(!error.mend.isEmpty)
    }
}
