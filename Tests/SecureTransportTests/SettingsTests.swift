import Testing

@testable import SecureTransport

@Suite("TLS: what a directive says")
struct SettingsTests {
    @Test(arguments: [
        ([], ClientTLSSettings()),
        (["ca"], ClientTLSSettings(authorities: "ca")),
        (["crt", "key"], ClientTLSSettings(certificate: "crt", key: "key")),
        (
            ["crt", "key", "ca"],
            ClientTLSSettings(certificate: "crt", key: "key", authorities: "ca")
        ),
    ])
    func `the number of arguments says what they are`(
        _ arguments: [String],
        _ settings: ClientTLSSettings
    ) throws {
        #expect(try ClientTLSSettings(arguments: arguments) == settings)
    }

    @Test func `four arguments are too many`() {
        let error = #expect(throws: TLSError.self) {
            try ClientTLSSettings(arguments: ["a", "b", "c", "d"])
        }
        #expect(
            error?.description == "tls has 4 arguments: write none, or CA, or CERT KEY, or"
                + " CERT KEY CA"
        )
    }

    @Test(arguments: [
        "", "a b", "a\0b", "ü.test", "a_b.test", "[::1]", String(repeating: "a", count: 256),
    ])
    func `a text that is no name is refused before anybody connects`(_ name: String) {
        let error = #expect(throws: TLSError.self) {
            try ClientTLS(ClientTLSSettings(), serverName: name, protocols: [])
        }
        #expect(error?.code == .arguments)
    }

    @Test func `an address for a name is warned of`() throws {
        for name in ["127.0.0.1", "::1"] {
            let client = try ClientTLS(ClientTLSSettings(), serverName: name, protocols: [])
            #expect(client.serverName == nil)
            #expect(client.warnings.map(\.code) == [.serverNameIsAddress])
        }
    }

    @Test(
        arguments: zip(
            ["nocert", "request", "require", "verify_if_given", "require_and_verify"],
            ClientAuthentication.allCases
        )
    )
    func `client_auth has CoreDNS' words`(_ word: String, _ value: ClientAuthentication) {
        #expect(ClientAuthentication(rawValue: word) == value)
    }
}

@Suite("TLS: dates in warnings")
struct DateTests {
    @Test(arguments: [
        (0, "1970-01-01 00:00:00 UTC"), (-1, "1969-12-31 23:59:59 UTC"),
        (951_782_399, "2000-02-28 23:59:59 UTC"), (951_782_400, "2000-02-29 00:00:00 UTC"),
        (951_868_800, "2000-03-01 00:00:00 UTC"), (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        (1_798_761_599, "2026-12-31 23:59:59 UTC"), (2_147_483_648, "2038-01-19 03:14:08 UTC"),
    ])
    func `seconds since 1970 are a date of the calendar`(_ seconds: Int, _ text: String) {
        #expect(TLSWarning.date(seconds) == text)
    }
}
