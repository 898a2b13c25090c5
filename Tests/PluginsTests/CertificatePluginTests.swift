import ACME
import Corefile
import DNSWire
import SecureTransport
import Testing

@testable import Plugins

@Suite("Plugin tls: certificates that are got")
struct CertificatePluginTests {
    private static func settings(_ lines: String) throws -> ServerTLSSettings {
        try #require(
            try ChainFixture("tls {\n\(lines)\n}", directory: "/etc/dns").context.settings.tls
        )
    }

    @Test func `names become files below the storage, one of each`() throws {
        let settings = try Self.settings("acme DNS.Example.org. *.example.org dns.example.org")
        let directory = "/etc/dns/.coredns/acme/acme-v02.api.letsencrypt.org-directory/certificates"
        #expect(
            settings.managed == [
                ManagedCertificate(
                    name: "dns.example.org",
                    file: "\(directory)/dns.example.org.pem"
                ),
                ManagedCertificate(
                    name: "*.example.org",
                    file: "\(directory)/wildcard_.example.org.pem"
                ),
            ]
        )
        #expect(settings.certificate.isEmpty && settings.clientAuthentication == .none)
    }

    @Test func `all options are read`() throws {
        let settings = try Self.settings(
            """
            acme a.test
            acme b.test
            email hostmaster@a.test
            ca https://127.0.0.1:14000/dir
            storage keys
            ca_root /etc/ca.pem
            resolver 192.0.2.53:53
            client_auth require
            """
        )
        let directory = "/etc/dns/keys/127.0.0.1-14000-dir/certificates"
        #expect(
            settings.managed.map(\.file) == ["\(directory)/a.test.pem", "\(directory)/b.test.pem"]
        )
        #expect(settings.clientAuthentication == .require)
    }

    @Test(arguments: [
        ("tls {\n acme\n}", "Corefile:3: tls: acme names no domain: write acme DOMAIN..."),
        (
            "tls {\n acme 192.0.2.1\n}",
            "Corefile:3: tls: acme: 192.0.2.1 is an address: certificates are got for names only"
        ),
        (
            "tls {\n email a@b.test\n}",
            "Corefile:2: tls: email says something of acme, which is not there:"
                + " add acme DOMAIN..., or delete the line"
        ),
        (
            "tls cert.pem key.pem {\n acme a.test\n}",
            "Corefile:2: tls: files are named, and acme too:"
                + " write tls CERT KEY, or tls { acme DOMAIN... }"
        ),
        (
            "tls {\n acme a.test\n ca ftp://a\n}",
            "Corefile:2: tls: ca: \"ftp://a\" is no URL: write that of the CA's directory,"
                + " such as https://acme-v02.api.letsencrypt.org/directory"
        ),
        (
            "tls {\n acme a.test\n email nobody\n}",
            "Corefile:4: tls: email: 'nobody' is no address of mail"
        ),
        (
            "tls {\n acme a.test\n resolver :53\n}",
            "Corefile:4: tls: resolver: ':53' names no server: write HOST:PORT"
        ),
        (
            "tls {\n acme a.test\n resolver 192.0.2.1\n}",
            "Corefile:4: tls: resolver: '192.0.2.1' is not HOST:PORT: write one"
                + " such as :8080, localhost:8080 or [::1]:8080"
        ),
    ])
    func `mistakes are told with their place`(_ text: String, _ mistake: String) {
        expectMistake(text, mistake)
    }

    @Test func `a CA without TLS is warned of`() throws {
        let fixture = try ChainFixture("tls {\n acme a.test\n ca http://127.0.0.1/dir\n}")
        #expect(
            fixture.context.warnings == [
                "Corefile:2: tls: ca: http://127.0.0.1/dir is asked without TLS:"
                    + " anybody may answer"
            ]
        )
    }

    private static func plugin(
        _ text: String,
        _ services: ServerServices
    ) throws -> CertificatePlugin? {
        CertificatePlugin(for: try Corefile(parsing: text), services)
    }

    @Test func `only a Corefile with acme has the plugin`() throws {
        let services = try ChainFixture("").services
        #expect(try Self.plugin(". {\n whoami\n tls a b\n}\n", services) == nil)
        #expect(try Self.plugin(". {\n tls {\n acme a.test\n }\n}\n", services) != nil)
    }

    @Test func `a name belongs to one kind of certificate only`() throws {
        let services = try ChainFixture("").services
        let plugin = try #require(try Self.plugin(". {\n tls {\n acme a.test\n }\n}\n", services))
        let ca = try #require(HTTPURL("https://ca.test/dir"))
        let settings = ACMESettings(
            names: [try ManagedName("a.test"), try ManagedName("*.a.test")],
            ca: ca,
            storage: "/x"
        )
        #expect(plugin.add(settings) == nil)
        // Two blocks may say the same.
        #expect(plugin.add(settings) == nil)
        var other = settings
        other.names = [try ManagedName("b.test")]
        #expect(plugin.add(other) == nil)
        other.names = [try ManagedName("c.test"), try ManagedName("*.a.test")]
        #expect(plugin.add(other)?.text == "*.a.test")
        other = settings
        other.email = "a@a.test"
        #expect(plugin.add(other)?.text == "a.test")
        #expect(
            plugin.challengeNames.map { "\($0)" } == [
                "_acme-challenge.a.test.", "_acme-challenge.b.test.",
            ]
        )
    }

    @Test func `what a CA looks for is answered, whatever the chain says of it`() throws {
        let services = try ChainFixture("").services
        let plugin = try #require(try Self.plugin(". {\n tls {\n acme a.test\n }\n}\n", services))
        let fixture = try ChainFixture(
            "acl {\n block\n}",
            certificates: plugin,
            services: services
        )
        let name = "_acme-challenge.example.test"
        #expect(try fixture.ask(name, .txt).code == .refused)
        services.challenges.publish("one", at: name)
        services.challenges.publish("two", at: name)
        for asked in [name, "_ACME-Challenge.example.TEST"] {
            let reply = try fixture.ask(asked, .txt)
            #expect(
                reply.answers == [
                    "\(asked). 0 IN TXT \"one\"", "\(asked). 0 IN TXT \"two\"",
                ]
            )
            #expect(reply.code == .noError && reply.message.header.isAuthoritative)
        }
        #expect(try fixture.ask(name, .a).code == .refused)
        #expect(try fixture.ask(name, .txt, recordClass: .ch).code == .refused)
        #expect(try fixture.ask("example.test", .txt).code == .refused)
        services.challenges.withdraw("one", at: name)
        #expect(try fixture.ask(name, .txt).answers == ["\(name). 0 IN TXT \"two\""])
        services.challenges.withdraw("two", at: name)
        #expect(try fixture.ask(name, .txt).code == .refused)
    }
}
