import Corefile
import Registry
import TestSupport
import Testing

@testable import DNSServer

@Suite("Certificates that are got, in several server blocks")
struct CertificatePlanTests {
    private func report(_ corefile: String) throws -> ServingReport {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        try write(corefile, to: "\(directory)/Corefile")
        return try ServingReport(
            ServerSettings(
                listen: [],
                corefile: "\(directory)/Corefile",
                workerCount: 1,
                registry: .standard,
                openStore: { _ in MemoryStore() }
            )
        )
    }

    /// A block within TLS that gets certificates.
    private func secure(_ zone: String, _ options: String) -> String {
        "tls://\(zone) {\n tls {\n \(options)\n }\n whoami\n}\n"
    }

    @Test func `every block answers what a CA looks for, and none without acme`() throws {
        let plain = "example.test {\n acl {\n block\n }\n whoami\n}\n"
        let found = try report(plain + secure("example.test", "acme dns.example.test"))
        #expect(found.blocks.map(\.plugins) == [["tls", "acl", "whoami"], ["tls", "whoami"]])
        #expect(try report(plain).blocks.map(\.plugins) == [["acl", "whoami"]])
    }

    @Test func `two blocks may have the same names with the same options only`() throws {
        let plain = ". {\n whoami\n}\n"
        let one = secure("a.test", "acme dns.test")
        _ = try report(plain + one + secure("b.test", "acme dns.test"))
        _ = try report(plain + one + secure("b.test", "acme other.test\n email a@dns.test"))
        let error = #expect(throws: CorefileErrors.self) {
            try report(plain + one + secure("b.test", "acme dns.test\n email a@dns.test"))
        }
        #expect(
            error?.errors.map(\.message) == [
                "tls: acme: dns.test is in another server block with other options"
            ]
        )
    }

    @Test(arguments: [
        ("example.test", 0), (".", 0), ("test", 0), ("dns.example.test", 0),
        ("_acme-challenge.dns.example.test", 0), ("other.test", 1),
        ("a._acme-challenge.dns.example.test", 1),
    ])
    func `a name that no plain block takes is warned of`(_ zone: String, _ count: Int) throws {
        let found = try report(
            "\(zone) {\n whoami\n}\n" + secure("example.test", "acme dns.example.test")
        )
        let warnings = found.warnings.filter { "\($0)".contains("no dns:// server block takes") }
        #expect(warnings.count == count)
    }
}
