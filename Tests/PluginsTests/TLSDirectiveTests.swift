import Plugins
import SecureTransport
import Testing

@Suite("tls")
struct TLSDirectiveTests {
    @Test(arguments: [
        ("tls c.pem k.pem", nil), ("tls c.pem k.pem ca.pem", "/etc/x/ca.pem"),
    ])
    func `it names files, below the directory of the block`(
        _ directive: String,
        _ authorities: String?
    ) throws {
        let fixture = try ChainFixture(directive, directory: "/etc/x")
        #expect(fixture.chain.plugins.isEmpty)
        let settings = try #require(fixture.context.settings.tls)
        #expect(settings.certificate == "/etc/x/c.pem")
        #expect(settings.key == "/etc/x/k.pem")
        #expect(settings.authorities == authorities)
        #expect(settings.keyLog == nil)
    }

    @Test func `files that aren't there are a warning`() throws {
        let warnings = try ChainFixture("tls /nowhere/c.pem /nowhere/k.pem").context.warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("Corefile:2: tls: ") == true)
    }

    @Test(arguments: ["nocert", "request", "require", "verify_if_given", "require_and_verify"])
    func `client_auth says what is wanted of clients`(_ word: String) throws {
        let fixture = try ChainFixture("tls c.pem k.pem {\n client_auth \(word)\n}")
        #expect(fixture.context.settings.tls?.clientAuthentication.rawValue == word)
    }

    @Test func `keylog names a file`() throws {
        let fixture = try ChainFixture("tls c.pem k.pem {\n keylog keys\n}", directory: "/tmp")
        #expect(fixture.context.settings.tls?.keyLog == "/tmp/keys")
    }

    @Test(arguments: [
        (
            "tls a b c d",
            "Corefile:2: tls: 4 files are named: write tls CERT KEY, or tls CERT KEY CA"
        ),
        (
            "tls c.pem k.pem\ntls c.pem k.pem",
            "Corefile:3: tls: this plugin can only be used once per Server Block: merge its "
                + "options into the first one"
        ),
        (
            "tls c.pem k.pem {\n client_auth\n}",
            "Corefile:3: 'client_auth' needs an argument: write nocert, or request, or "
                + "require, or "
                + "verify_if_given, or require_and_verify after it"
        ),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }
}
