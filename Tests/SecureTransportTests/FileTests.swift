import Foundation
import SecureTransport
import TestSupport
import Testing

@Suite("TLS: files that are not right")
struct FileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var certificate: String
        var key: String
        var authorities: String?
        var code: TLSError.Code
        /// The file that must be named.
        var file: String
        /// A word of the mend.
        var mend: String
        var testDescription: String { "\(certificate) \(key) \(authorities ?? "") → \(code)" }
    }

    static let cases: [Case] = [
        Case(certificate: "no", key: "a.key", code: .missing, file: "no", mend: "create it"),
        Case(certificate: "a.crt", key: "no", code: .missing, file: "no", mend: "create it"),
        Case(
            certificate: "a.crt",
            key: "a.key",
            authorities: "no",
            code: .missing,
            file: "no",
            mend: "create it"
        ),
        Case(certificate: "empty", key: "a.key", code: .empty, file: "empty", mend: "PEM"),
        Case(certificate: "blank", key: "a.key", code: .empty, file: "blank", mend: "PEM"),
        Case(certificate: "a.key", key: "a.crt", code: .wrongContent, file: "a.key", mend: "order"),
        Case(certificate: "a.crt", key: "a.crt", code: .wrongContent, file: "a.crt", mend: "order"),
        Case(certificate: "text", key: "a.key", code: .wrongContent, file: "text", mend: "PEM"),
        Case(
            certificate: "broken.crt",
            key: "a.key",
            code: .wrongContent,
            file: "broken.crt",
            mend: "openssl x509"
        ),
        Case(
            certificate: "a.crt",
            key: "broken.key",
            code: .wrongContent,
            file: "broken.key",
            mend: "openssl pkey"
        ),
        Case(
            certificate: "a.crt",
            key: "locked.key",
            code: .encryptedKey,
            file: "locked.key",
            mend: "openssl pkey -in"
        ),
        Case(
            certificate: "a.crt",
            key: "b.key",
            code: .keyMismatch,
            file: "b.key",
            mend: "together"
        ),
        Case(
            certificate: "a.crt",
            key: "a.key",
            authorities: "a.key",
            code: .wrongContent,
            file: "a.key",
            mend: "order"
        ),
        Case(certificate: ".", key: "a.key", code: .unreadable, file: ".", mend: "PEM"),
        Case(certificate: "huge", key: "a.key", code: .tooLarge, file: "huge", mend: "PEM"),
    ]

    /// Made once: openssl takes its time.
    static let workshop = Result { () throws -> Workshop in
        let workshop = try Workshop()
        try workshop.makeAuthority("ca")
        try workshop.makeCertificate("a", by: "ca")
        try workshop.makeCertificate("b", by: "ca")
        try workshop.openssl("pkey -in a.key -aes256 -passout pass:secret -out locked.key")
        try workshop.write("empty", "")
        try workshop.write("blank", " \n\n")
        try workshop.write("text", "-----BEGIN NOTHING-----\nAA==\n-----END NOTHING-----\n")
        for (name, kind) in [("broken.crt", "CERTIFICATE"), ("broken.key", "PRIVATE KEY")] {
            try workshop.write(name, "-----BEGIN \(kind)-----\nAAAA\n-----END \(kind)-----\n")
        }
        try workshop.write("huge", String(repeating: "A", count: 5 << 20))
        return workshop
    }

    @Test(arguments: cases)
    func `a mistake names the file and the mend, for servers and for clients`(_ test: Case) throws {
        let workshop = try Self.workshop.get()
        let settings = ServerTLSSettings(
            certificate: workshop.file(test.certificate),
            key: workshop.file(test.key),
            authorities: test.authorities.map(workshop.file)
        )
        let expected = workshop.file(test.file)
        for error in [
            #expect(throws: TLSError.self) { try ServerTLS(settings, protocols: []) },
            #expect(throws: TLSError.self) {
                try ClientTLS(
                    ClientTLSSettings(
                        certificate: settings.certificate,
                        key: settings.key,
                        authorities: settings.authorities
                    ),
                    protocols: []
                )
            },
        ] {
            #expect(error?.code == test.code)
            #expect(error?.file == expected)
            #expect(error?.message.contains(expected) == true)
            #expect(error?.mend.contains(test.mend) == true, "\(error?.mend ?? "")")
        }
    }

    @Test func `a key log in no directory is named`() throws {
        let workshop = try Self.workshop.get()
        let error = #expect(throws: TLSError.self) {
            try ServerTLS(
                ServerTLSSettings(
                    certificate: workshop.file("a.crt"),
                    key: workshop.file("a.key"),
                    keyLog: workshop.file("no/keys.log")
                ),
                protocols: []
            )
        }
        #expect(error?.code == .missing)
        #expect(error?.file == workshop.file("no/keys.log"))
    }

    @Test(arguments: [
        (-86_400, TLSWarning.Code.notYetValid), (25 * 86_400, .expiresSoon),
        (31 * 86_400, .expired),
    ])
    func `the time of a certificate is a warning, not an error`(
        _ offset: Int,
        _ code: TLSWarning.Code
    ) throws {
        let workshop = try Self.workshop.get()
        let server = try ServerTLS(
            ServerTLSSettings(certificate: workshop.file("a.crt"), key: workshop.file("a.key")),
            protocols: [],
            now: Int(Date().timeIntervalSince1970) + offset
        )
        #expect(server.warnings.map(\.code) == [code])
        #expect(server.warnings.map(\.file) == [workshop.file("a.crt")])
        #expect(server.warnings[0].message.contains(" UTC"))
    }

    @Test func `a certificate in its time is not worth a word`() throws {
        let workshop = try Self.workshop.get()
        let server = try ServerTLS(
            ServerTLSSettings(certificate: workshop.file("a.crt"), key: workshop.file("a.key")),
            protocols: []
        )
        #expect(server.warnings == [])
    }

    @Test func `one authority of many past its end is usual, all of them are not`() throws {
        let workshop = try Self.workshop.get()
        func warnings(days: Int) throws -> [TLSWarning.Code] {
            try ClientTLS(
                ClientTLSSettings(authorities: workshop.file("ca.crt")),
                protocols: [],
                now: Int(Date().timeIntervalSince1970) + days * 86_400
            ).warnings.map(\.code)
        }
        #expect(try warnings(days: 0) == [])
        #expect(try warnings(days: 31) == [.expired])
    }

    @Test func `random octets are refused, never more`() throws {
        let workshop = try Workshop()
        var seed: UInt64 = 0x5EED
        for round in 0..<200 {
            var octets = "-----BEGIN \(round % 2 == 0 ? "CERTIFICATE" : "PRIVATE KEY")-----\n"
            for _ in 0..<Int(seed % 200) {
                // A linear congruence is random enough for text that is wrong anyhow.
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                octets.unicodeScalars.append(UnicodeScalar(UInt8(truncatingIfNeeded: seed >> 40)))
            }
            let file = try workshop.write("random", octets)
            #expect(throws: TLSError.self) {
                try ServerTLS(ServerTLSSettings(certificate: file, key: file), protocols: [])
            }
        }
    }
}
