import Foundation
import NIOSSL
import SecureTransport
import TestSupport
import Testing

@Suite("TLS: certificates by the name that is asked for")
struct ManagedCertificateTests {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.makeAuthority("ca")
    }

    /// Makes a certificate, and puts its key and itself in one file.
    private func make(_ file: String, names: String, days: Int = 30) throws {
        try workshop.makeCertificate("made", by: "ca", names: names, days: days)
        let texts = try ["key", "crt"].map { suffix in
            try String(contentsOfFile: workshop.file("made.\(suffix)"), encoding: .utf8)
        }
        try workshop.write("\(file).new", texts.joined())
        try workshop.move("\(file).new", to: file)
    }

    private func server(_ names: String...) throws -> ServerTLS {
        let managed = names.map { ManagedCertificate(name: $0, file: workshop.file("\($0).pem")) }
        return try ServerTLS(ServerTLSSettings(managed: managed), protocols: ["dot"])
    }

    /// Connects as somebody who wants `name`; what the server sends.
    private func greeting(_ server: ServerTLS, _ name: String?) throws -> String {
        let settings = ClientTLSSettings(authorities: workshop.file("ca.crt"))
        let client = try ClientTLS(settings, serverName: name, protocols: ["dot"])
        return try Handshake.run(server, client).greeting
    }

    @Test func `each name has its certificate, and no other name has any`() throws {
        try make("a.test.pem", names: "DNS:a.test")
        try make("*.b.test.pem", names: "DNS:*.b.test")
        let server = try server("a.test", "*.b.test", "c.test")
        for name in ["a.test", "A.Test.", "x.b.test", "y.b.test"] {
            #expect(try greeting(server, name) == "hello", "\(name)")
        }
        for name in ["c.test", "b.test", "x.y.b.test", "d.test"] {
            #expect(try greeting(server, name) == "", "\(name)")
        }
        #expect(server.warnings.isEmpty)
    }

    @Test func `who asks for no name gets the first one's`() throws {
        try make("a.test.pem", names: "DNS:a.test,IP:127.0.0.1")
        try make("b.test.pem", names: "DNS:b.test")
        #expect(try greeting(try server("a.test", "b.test"), nil) == "hello")
        #expect(try greeting(try server("b.test", "a.test"), nil) == "")
        #expect(try greeting(try server("c.test", "a.test"), nil) == "")
    }

    @Test func `a certificate that comes later is taken up, and one that changes`() throws {
        let server = try server("a.test")
        #expect(try greeting(server, "a.test") == "")
        #expect(server.reloadIfChanged() == .unchanged)
        try make("a.test.pem", names: "DNS:a.test")
        #expect(server.reloadIfChanged() == .reloaded([]))
        #expect(try greeting(server, "a.test") == "hello")
        try make("a.test.pem", names: "DNS:elsewhere.test")
        #expect(server.reloadIfChanged() == .reloaded([]))
        #expect(try greeting(server, "a.test") == "")
    }

    @Test func `a damaged file is as none, and one past its end is warned of`() throws {
        try workshop.write("a.test.pem", "-----BEGIN CERTIFICATE-----\n")
        try make("b.test.pem", names: "DNS:b.test")
        let server = try server("a.test", "b.test")
        #expect(try greeting(server, "a.test") == "")
        #expect(try greeting(server, "b.test") == "hello")
        let managed = [ManagedCertificate(name: "b.test", file: workshop.file("b.test.pem"))]
        let late = try ServerTLS(
            ServerTLSSettings(managed: managed),
            protocols: [],
            now: 4_000_000_000
        )
        #expect(late.warnings.map(\.code) == [.expired])
    }

    @Test func `authorities of a file are trusted beside the system's`() throws {
        try make("a.test.pem", names: "DNS:a.test")
        let settings = ClientTLSSettings(authorities: workshop.file("ca.crt"), addsToSystem: true)
        let client = try ClientTLS(settings, serverName: "a.test", protocols: ["dot"])
        #expect(try Handshake.run(try server("a.test"), client).greeting == "hello")
    }
}
