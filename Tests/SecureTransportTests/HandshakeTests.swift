import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import SecureTransport
import TestSupport
import Testing

@Suite("TLS: connections", .serialized)
struct HandshakeTests {
    static let workshop = Result { () throws -> Workshop in
        let workshop = try Workshop()
        try workshop.makeAuthority("ca")
        try workshop.makeAuthority("other")
        try workshop.makeCertificate("server", by: "ca")
        try workshop.makeCertificate("named", by: "ca", names: "DNS:dns.test")
        try workshop.makeCertificate("client", by: "ca", names: "DNS:client.test")
        try workshop.makeCertificate("stranger", by: "other", names: "DNS:client.test")
        return workshop
    }

    /// The server's side, with a certificate for its names and address, or for a name only.
    static func server(
        _ name: String = "server",
        clients: ClientAuthentication = .none,
        protocols: [String] = ["dot"],
        keyLog: String? = nil
    ) throws -> ServerTLS {
        let workshop = try workshop.get()
        return try ServerTLS(
            ServerTLSSettings(
                certificate: workshop.file("\(name).crt"),
                key: workshop.file("\(name).key"),
                authorities: workshop.file("ca.crt"),
                clientAuthentication: clients,
                keyLog: keyLog
            ),
            protocols: protocols
        )
    }

    /// The client's side, with a certificate or without.
    static func client(
        _ own: String? = nil,
        authorities: String? = "ca.crt",
        name: String? = "localhost",
        protocols: [String] = ["dot"]
    ) throws -> ClientTLS {
        let workshop = try workshop.get()
        return try ClientTLS(
            ClientTLSSettings(
                certificate: own.map { workshop.file("\($0).crt") },
                key: own.map { workshop.file("\($0).key") },
                authorities: authorities.map(workshop.file)
            ),
            serverName: name,
            protocols: protocols
        )
    }

    @Test(arguments: ["localhost", "dns.test", "DNS.test.", nil, "127.0.0.1"])
    func `a server is known by its name, or by its address without one`(_ name: String?) throws {
        let outcome = try Handshake.run(Self.server(), Self.client(name: name))
        #expect(outcome.failure == nil)
        #expect(outcome.greeting == "hello")
        #expect(outcome.negotiated == "dot")
    }

    @Test(
        arguments: [
            ("ca.crt", "other.test"), ("other.crt", "dns.test"), (nil, "dns.test"), ("ca.crt", nil),
        ] as [(String?, String?)]
    )
    func `a server of another name or unknown authority is refused`(
        _ authorities: String?,
        _ name: String?
    ) throws {
        let outcome = try Handshake.run(
            Self.server("named"),
            Self.client(authorities: authorities, name: name)
        )
        #expect(outcome.failure != nil)
        #expect(outcome.greeting == "")
    }

    @Test func `the address connected to vouches for a server whatever its name`() throws {
        let outcome = try Handshake.run(Self.server(), Self.client(name: "other.test"))
        #expect(outcome.greeting == "hello")
    }

    @Test(arguments: [
        (["h2", "http/1.1"], ["http/1.1", "h2"], "h2"),
        (["h2", "http/1.1"], ["http/1.1"], "http/1.1"),
        (["dot"], ["h2"], nil), (["dot"], [], nil),
    ])
    func `the server's order of protocols decides, and none in common is no failure`(
        _ server: [String],
        _ client: [String],
        _ agreed: String?
    ) throws {
        let outcome = try Handshake.run(
            Self.server(protocols: server),
            Self.client(protocols: client)
        )
        #expect(outcome.greeting == "hello")
        #expect(outcome.negotiated == agreed)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var wanted: ClientAuthentication
        /// Whether clients without a certificate, with one of a stranger, with a right one, pass.
        var passes: (nothing: Bool, stranger: Bool, right: Bool)
        var testDescription: String { wanted.rawValue }
    }

    static let cases: [Case] = [
        Case(wanted: .none, passes: (true, true, true)),
        Case(wanted: .request, passes: (true, true, true)),
        Case(wanted: .require, passes: (false, true, true)),
        Case(wanted: .verifyIfGiven, passes: (true, false, true)),
        Case(wanted: .requireAndVerify, passes: (false, false, true)),
    ]

    @Test(arguments: cases)
    func `client_auth says which clients pass`(_ test: Case) throws {
        for (own, passes) in [
            (nil, test.passes.nothing), ("stranger", test.passes.stranger),
            ("client", test.passes.right),
        ] {
            let outcome = try Handshake.run(Self.server(clients: test.wanted), Self.client(own))
            #expect((outcome.greeting == "hello") == passes, "\(own ?? "none")")
        }
    }

    @Test func `the secrets of connections are appended to the key log`() throws {
        let file = try Self.workshop.get().file("keys.log")
        let server = try Self.server(keyLog: file)
        #expect(server.warnings.map(\.code) == [.secretsAreLogged])
        for _ in 0..<2 { #expect(try Handshake.run(server, Self.client()).greeting == "hello") }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("SERVER_HANDSHAKE_TRAFFIC_SECRET ") }.count == 2)
        #expect(text.hasSuffix("\n"))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `renewed files are taken up, half of them are not`() throws {
        let workshop = try Workshop()
        try workshop.makeAuthority("ca")
        try workshop.makeCertificate("server", by: "ca")
        try workshop.makeCertificate("next", by: "ca", days: 3)
        let server = try ServerTLS(
            ServerTLSSettings(
                certificate: workshop.file("server.crt"),
                key: workshop.file("server.key")
            ),
            protocols: []
        )
        let client = try ClientTLS(
            ClientTLSSettings(authorities: workshop.file("ca.crt")),
            protocols: []
        )
        let first = try Handshake.run(server, client).serverCertificate
        #expect(server.reloadIfChanged() == .unchanged)

        try workshop.move("next.crt", to: "server.crt")
        guard case .failed(let error) = server.reloadIfChanged() else {
            Issue.record("a key of another certificate was taken")
            return
        }
        #expect(error.code == .keyMismatch)
        #expect(server.reloadIfChanged() == .unchanged, "one mistake is told once")
        #expect(try Handshake.run(server, client).serverCertificate == first)

        try workshop.move("next.key", to: "server.key")
        guard case .reloaded(let warnings) = server.reloadIfChanged() else {
            Issue.record("a right pair was not taken")
            return
        }
        #expect(warnings.map(\.code) == [.expiresSoon])
        #expect(server.warnings == warnings)
        let second = try Handshake.run(server, client).serverCertificate
        #expect(second != nil)
        #expect(second != first)
    }

    @Test func `who watches the files is told of a renewal`() async throws {
        let workshop = try Workshop()
        try workshop.makeAuthority("ca")
        try workshop.makeCertificate("server", by: "ca")
        try workshop.makeCertificate("next", by: "ca")
        let server = try ServerTLS(
            ServerTLSSettings(
                certificate: workshop.file("server.crt"),
                key: workshop.file("server.key")
            ),
            protocols: []
        )
        let (reports, told) = AsyncStream.makeStream(of: ServerTLS.Reload.self)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let watch = server.watch(on: group.next(), every: .milliseconds(5)) { told.yield($0) }
        try workshop.replace("server", by: "next")
        // Between the two files, one may be seen without the other.
        let last = await reports.first { if case .reloaded = $0 { true } else { false } }
        #expect(last == .reloaded([]))
        watch.cancel()
        try await group.shutdownGracefully()
    }

    @Test func `versions before TLS 1.2 are not spoken`() throws {
        let file = try Self.workshop.get().file("ca.crt")
        let server = try Self.server()
        // The other side is made by hand: ours would not speak them either.
        var old = TLSConfiguration.makeClientConfiguration()
        old.minimumTLSVersion = .tlsv1
        old.maximumTLSVersion = .tlsv11
        old.trustRoots = .file(file)
        let context = try NIOSSLContext(configuration: old)
        let outcome = try Handshake.run(server) {
            try NIOSSLClientHandler(context: context, serverHostname: "localhost")
        }
        #expect(outcome.failure != nil)
        #expect(outcome.greeting == "")
    }
}
