import Foundation
import TestSupport
import Testing

@testable import ACME

@Suite("Certificates are kept, and renewed in time")
struct KeepingTests {
    private static func settings(_ directory: TemporaryDirectory) throws -> ACMESettings {
        ACMESettings(
            names: [try ManagedName("dns.test")],
            ca: try #require(HTTPURL("https://ca.test/dir")),
            storage: "\(directory.path)/deep/acme"
        )
    }

    /// A certificate for a key, signed by itself, made by openssl.
    private static func certificate(
        _ directory: TemporaryDirectory,
        _ key: SigningKey,
        days: Int = 90
    ) throws -> [UInt8] {
        let path = "\(directory.path)/\(UUID().uuidString)"
        try Data(key.pem).write(to: URL(filePath: path))
        let text = try directory.run(
            "openssl",
            "req",
            "-x509",
            "-key",
            path,
            "-days",
            "\(days)",
            "-subj",
            "/CN=dns.test"
        )
        return Array(text.utf8)
    }

    @Test func `an account's key is made once, and nobody else can read it`() throws {
        let directory = try TemporaryDirectory()
        let storage = CertificateStorage(try Self.settings(directory))
        try storage.prepare()
        let key = try storage.accountKey()
        #expect(try storage.accountKey().thumbprint == key.thumbprint)
        #expect(try directory.permissions("deep/acme/ca.test-dir/account.pem") == 0o600)
        for name in ["deep", "deep/acme", "deep/acme/ca.test-dir/certificates"] {
            #expect(try directory.permissions(name) == 0o700)
        }
        // A damaged key is not replaced: the account may be worth keeping.
        try Data("x".utf8).write(to: URL(filePath: "\(storage.directory)/account.pem"))
        let error = #expect(throws: ACMEError.self) { try storage.accountKey() }
        #expect(error?.code == .storage)
    }

    @Test func `a certificate and its key come back as one`() throws {
        let directory = try TemporaryDirectory()
        let settings = try Self.settings(directory)
        let storage = CertificateStorage(settings)
        let name = settings.names[0]
        #expect(try storage.certificate(of: name) == nil)
        try storage.prepare()
        let key = try SigningKey()
        let chain = try Self.certificate(directory, key)
        let kept = try storage.keep(chain, key, of: name)
        #expect(try storage.certificate(of: name) == kept)
        #expect(kept.end - kept.start == 90 * 86_400)
        let file = "deep/acme/ca.test-dir/certificates/dns.test.pem"
        #expect(settings.certificateFile(of: name) == "\(directory.path)/\(file)")
        #expect(try directory.permissions(file) == 0o600)
        // Nothing is left beside it, and what a crash left is no hindrance.
        let place = "\(directory.path)/\(file)"
        #expect(!FileManager.default.fileExists(atPath: "\(place).new"))
        try Data("half".utf8).write(to: URL(filePath: "\(place).new"))
        _ = try storage.keep(chain, key, of: name)
        #expect(try storage.certificate(of: name) == kept)
    }

    @Test func `a certificate for another key is refused, and the one before stays`() throws {
        let directory = try TemporaryDirectory()
        let settings = try Self.settings(directory)
        let storage = CertificateStorage(settings)
        try storage.prepare()
        let key = try SigningKey()
        let chain = try Self.certificate(directory, key)
        let kept = try storage.keep(chain, key, of: settings.names[0])
        let other = try SigningKey()
        let error = #expect(throws: ACMEError.self) {
            try storage.keep(chain, other, of: settings.names[0])
        }
        #expect(error?.message == "the CA's certificate for dns.test is for another key")
        for damaged in [[], Array(chain.prefix(200)), Array("hello".utf8)] {
            #expect(throws: ACMEError.self) {
                try storage.keep(damaged, key, of: settings.names[0])
            }
        }
        #expect(try storage.certificate(of: settings.names[0]) == kept)
    }

    @Test func `storage that can't be written says so`() throws {
        let directory = try TemporaryDirectory()
        var settings = try Self.settings(directory)
        settings.storage = "\(directory.path)/file/acme"
        try Data().write(to: URL(filePath: "\(directory.path)/file"))
        let error = #expect(throws: ACMEError.self) {
            try CertificateStorage(settings).prepare()
        }
        #expect(error?.code == .storage)
        #expect(error?.description.hasSuffix("that the server may write to") == true)
    }

    @Test func `only one at a time orders from a storage`() throws {
        let directory = try TemporaryDirectory()
        let first = try #require(try StorageLock(directory.path))
        #expect(try StorageLock(directory.path) == nil)
        first.release()
        let second = try StorageLock(directory.path)
        #expect(second != nil)
        second?.release()
    }

    @Test func `a certificate is renewed after two thirds of its time`() throws {
        let directory = try TemporaryDirectory()
        let key = try SigningKey()
        let octets = key.pem + (try Self.certificate(directory, key, days: 90))
        let certificate = try StoredCertificate(octets)
        #expect(RenewalSchedule.renewal(of: certificate) == certificate.start + 60 * 86_400)
    }

    @Test(
        arguments: [
            (1, nil, 0.5, 60), (1, nil, 0, 45), (1, nil, 1, 75), (2, nil, 0.5, 120),
            (5, nil, 0.5, 960), (100, nil, 0.5, 21_600), (1, 3_600, 0.5, 3_600), (1, -5, 0.5, 60),
            (1, 10_000_000, 0.5, 86_400), (0, nil, 7, 75), (Int.max, nil, 1, 27_000),
        ] as [(Int, Int?, Double, Int)]
    )
    func `attempts become rarer`(
        _ failures: Int,
        _ retryAfter: Int?,
        _ random: Double,
        _ seconds: Int
    ) {
        let delay = RenewalSchedule.delay(
            failures: failures,
            retryAfter: retryAfter,
            random: random
        )
        #expect(delay == seconds)
    }

    @Test func `the ledger counts failures until a success`() {
        let ledger = AttemptLedger()
        let error = ACMEError(.timedOut, "late")
        #expect(ledger.next("a") == nil)
        #expect((45...75).contains(ledger.fail("a", error, now: 1_000)))
        #expect((90...150).contains(ledger.fail("a", error, now: 2_000)))
        #expect((45...75).contains(ledger.fail("b", error, now: 1_000)))
        #expect((2_090...2_150).contains(ledger.next("a") ?? 0))
        ledger.succeed("a")
        #expect(ledger.next("a") == nil && ledger.next("b") != nil)
    }

    @Test func `the board holds what was put there, as often as it was`() {
        let board = ChallengeBoard()
        #expect(board.isEmpty)
        board.publish("x", at: "_acme-challenge.a.test")
        board.publish("x", at: "_acme-challenge.a.test")
        board.publish("y", at: "_acme-challenge.a.test")
        #expect(board.texts(at: "_acme-challenge.a.test") == ["x", "x", "y"])
        #expect(board.texts(at: "_acme-challenge.b.test") == [] && !board.isEmpty)
        board.withdraw("z", at: "_acme-challenge.a.test")
        for text in ["x", "x", "y", "y"] { board.withdraw(text, at: "_acme-challenge.a.test") }
        #expect(board.isEmpty && board.texts(at: "_acme-challenge.a.test") == [])
    }
}
