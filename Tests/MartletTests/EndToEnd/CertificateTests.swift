import Foundation
import TestSupport
import Testing

@Suite(
    "Certificates by ACME, from a CA that looks for the records here",
    .enabled(if: PebbleServer.isThere, "SKIPPED, NO PEBBLE: install Debian's package"),
    .timeLimit(.minutes(15))
)
struct CertificateTests {
    private static let zone = """
        $TTL 60
        @ IN SOA ns hostmaster 1 7200 1800 86400 30
        @ IN NS ns
        ns IN A 192.0.2.1
        www IN A 192.0.2.2
        """

    private static func options(_ names: String, _ pebble: PebbleServer) -> String {
        """
        tls {
                acme \(names)
                email hostmaster@example.test
                ca \(pebble.directory)
                ca_root \(pebble.authority)
                storage acme
            }
        """
    }

    /// Two zones, each served in the clear and within TLS; the names of both on one port.
    private static func corefile(_ pebble: PebbleServer, _ port: UInt16) -> String {
        """
        example.test {
            file example.test.zone
        }
        other.test {
            whoami
        }
        tls://example.test:\(port) {
            bind 127.0.0.1
            \(options("dns.example.test *.wild.example.test", pebble))
            file example.test.zone
        }
        tls://other.test:\(port) {
            bind 127.0.0.1
            \(options("dns.other.test", pebble))
            whoami
        }
        """
    }

    private static func serve(_ site: Site, _ corefile: String, _ dns: UInt16) throws -> Child {
        let path = try site.write("Corefile", corefile)
        return try site.startMartlet([
            "serve", "--listen", "127.0.0.1:\(dns)", "--config", path,
        ])
    }

    /// Asks within TLS, as a client that wants the server to be `name`.
    private static func kdig(
        _ site: Site,
        _ port: UInt16,
        _ root: String,
        as name: String
    ) throws -> String {
        let outcome = try site.run([
            "kdig", "@127.0.0.1", "-p", "\(port)", "+tls-ca=\(root)", "+tls-hostname=\(name)",
            "+tls-sni=\(name)", "+retry=0", "+timeout=60", "www.example.test", "A",
        ])
        return outcome.output + outcome.errors
    }

    /// The serial number of the certificate that a name has; nil if there is none.
    private static func serial(_ site: Site, _ port: UInt16, _ name: String) throws -> String? {
        let outcome = try site.run([
            "sh", "-c",
            "openssl s_client -connect 127.0.0.1:\(port) -servername \(name) </dev/null 2>/dev/null"
                + " | openssl x509 -noout -serial",
        ])
        return outcome.status == 0 ? outcome.output : nil
    }

    @Test func `names get certificates, which a restart finds again without the CA`() throws {
        let site = try Site()
        let (dns, port) = (try FreePort.choose(), try FreePort.choose())
        try site.write("example.test.zone", Self.zone)
        let pebble = try PebbleServer(site, dns: dns)
        let root = try pebble.root()
        let server = try Self.serve(site, Self.corefile(pebble, port), dns)
        let names = ["dns.example.test", "*.wild.example.test", "dns.other.test"]
        try server.waitForOutput(seconds: 240) { text in
            names.allSatisfy { text.contains("acme: got a certificate for \($0)") }
        }
        for name in names {
            #expect(server.text.contains("acme: no certificate for \(name) yet: TLS handshakes"))
        }
        try server.waitForOutput { $0.contains("certificates read again") }
        // The last of them may come a look later than the first.
        let hosts = ["dns.example.test", "a.wild.example.test", "dns.other.test"]
        let deadline = Instant.now + 120
        for host in hosts {
            var output = ""
            repeat {
                output = try Self.kdig(site, port, root, as: host)
            } while !output.contains("192.0.2.2") && Instant.now < deadline
            #expect(output.contains("www.example.test.") && output.contains("192.0.2.2"))
        }
        // A name that is nobody's, and two labels below a wildcard: no certificate at all.
        for host in ["example.test", "a.b.wild.example.test"] {
            #expect(!(try Self.kdig(site, port, root, as: host)).contains("192.0.2.2"))
            #expect(try Self.serial(site, port, host) == nil)
        }
        let serials = try hosts.map { try Self.serial(site, port, $0) }
        #expect(Set(serials.compactMap { $0 }).count == 3)
        server.send(SIGTERM)
        #expect(try server.wait() == .exited(0))

        try pebble.stop()
        let again = try Self.serve(site, Self.corefile(pebble, port), dns)
        try again.waitForOutput { text in
            names.allSatisfy { text.contains("acme: the certificate of \($0) is there") }
        }
        #expect(try hosts.map { try Self.serial(site, port, $0) } == serials)
        #expect(try Self.kdig(site, port, root, as: "dns.example.test").contains("192.0.2.2"))
        again.send(SIGTERM)
        #expect(try again.wait() == .exited(0))
        #expect(!again.text.contains("[ERROR]"))
    }

    @Test func `a certificate is renewed while the server goes on`() throws {
        let site = try Site()
        let (dns, port) = (try FreePort.choose(), try FreePort.choose())
        try site.write("example.test.zone", Self.zone)
        let pebble = try PebbleServer(site, dns: dns, seconds: 30)
        let server = try Self.serve(site, Self.corefile(pebble, port), dns)
        var seen: Set<String> = []
        let deadline = Instant.now + 300
        while seen.count < 2, Instant.now < deadline {
            if let serial = try Self.serial(site, port, "dns.example.test") { seen.insert(serial) }
        }
        #expect(seen.count >= 2)
        server.send(SIGTERM)
        #expect(try server.wait() == .exited(0))
    }

    @Test func `a CA that isn't there is no reason not to serve`() throws {
        let site = try Site()
        let (dns, port) = (try FreePort.choose(), try FreePort.choose())
        try site.write("example.test.zone", Self.zone)
        let pebble = try PebbleServer(site, dns: dns)
        try pebble.stop()
        let child = try Self.serve(site, Self.corefile(pebble, port), dns)
        let server = try RunningServer(child, site: site)
        #expect(try server.short("www.example.test", "A") == ["192.0.2.2"])
        try child.waitForOutput { $0.contains("[ERROR] plugin/tls: acme: no certificate for") }
        #expect(child.text.contains("cannot connect to \(pebble.directory): "))
        #expect(child.text.contains("; the next attempt is in "))
        #expect(try Self.serial(site, port, "dns.example.test") == nil)
        try server.stop()
    }
}
