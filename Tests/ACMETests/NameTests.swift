import Testing

@testable import ACME

@Suite("Names and URLs that certificates are got for and from")
struct NameTests {
    @Test(arguments: [
        (
            "dns.example.org", "dns.example.org", "_acme-challenge.dns.example.org",
            "dns.example.org"
        ),
        (
            "DNS.Example.Org.", "dns.example.org", "_acme-challenge.dns.example.org",
            "dns.example.org"
        ),
        ("*.example.org", "*.example.org", "_acme-challenge.example.org", "wildcard_.example.org"),
        (
            "xn--bcher-kva.example", "xn--bcher-kva.example",
            "_acme-challenge.xn--bcher-kva.example",
            "xn--bcher-kva.example"
        ),
    ])
    func `a name is read`(
        _ text: String,
        _ name: String,
        _ challenge: String,
        _ file: String
    ) throws {
        let read = try ManagedName(text)
        #expect(read.text == name && read.challengeName == challenge && read.fileName == file)
    }

    @Test(arguments: [
        "", ".", "*", "*.", "a..b", "-a.b", "a-.b", "a.*.b", "*.*.b", "192.0.2.1", "2001:db8::1",
        "a b", "a/b", "../x", "b\u{FC}cher.example", "a\u{0}b",
        String(repeating: "a.", count: 120) + "a",
        String(repeating: "a", count: 64) + ".b",
    ])
    func `what no CA would sign is refused`(_ text: String) {
        let error = #expect(throws: ACMEError.self) { try ManagedName(text) }
        #expect(error?.code == .configuration)
    }

    @Test(
        arguments: [
            ("https://ca.test", "ca.test", 443, "/", "ca.test"),
            ("https://CA.test/dir?a=b", "ca.test", 443, "/dir?a=b", "ca.test"),
            ("https://ca.test:14000/dir", "ca.test", 14_000, "/dir", "ca.test:14000"),
            ("https://[2001:db8::1]:8443/x", "2001:db8::1", 8_443, "/x", "[2001:db8::1]:8443"),
            ("http://127.0.0.1/x", "127.0.0.1", 80, "/x", "127.0.0.1"),
            ("http://ca.test?x", "ca.test", 80, "/?x", "ca.test"),
        ] as [(String, String, Int, String, String)]
    )
    func `a URL is read`(
        _ text: String,
        _ host: String,
        _ port: Int,
        _ path: String,
        _ field: String
    ) throws {
        let url = try #require(HTTPURL(text))
        #expect(url.host == host && url.port == port && url.path == path)
        #expect(url.hostField == field && "\(url)" == text)
    }

    @Test(arguments: [
        "", "https://", "https:///x", "ftp://a/b", "//a/b", "https://a:0/", "https://a:65536/",
        "https://a:x/", "https://a:+1/", "https://user@a/", "https://a/b#c", "https://a b/",
        "https://a/\r\nx: y", "https://[::1/", "https://[a]/", "https://\u{E9}/",
    ])
    func `what is no URL of a CA is none`(_ text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test func `a CA's directory names a directory`() throws {
        let url = try #require(HTTPURL(ACMESettings.standardCA))
        #expect(url.slug == "acme-v02.api.letsencrypt.org-directory")
        #expect(
            try #require(HTTPURL("https://127.0.0.1:14000/../dir?x")).slug
                == "127.0.0.1-14000-..-dir-x"
        )
    }
}
