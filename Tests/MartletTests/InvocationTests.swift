import Testing

@testable import martlet

@Suite("Called as coredns")
struct InvocationTests {
    @Test(arguments: [
        (["martlet", "serve", "-p", "1"], ["serve", "-p", "1"]),
        (["/usr/bin/coredns"], ["serve", "--as-coredns"]),
        (
            ["coredns", "-conf", "/etc/coredns/Corefile", "-dns.port=1053"],
            ["serve", "--as-coredns", "--conf", "/etc/coredns/Corefile", "--dns.port", "1053"]
        ),
        (
            ["./coredns", "--p=53", "-quiet=true", "-pidfile", "/run/x"],
            ["serve", "--as-coredns", "--dns.port", "53", "--quiet", "--pidfile", "/run/x"]
        ),
        (["coredns", "-help"], ["serve", "--as-coredns", "--help"]),
        (
            ["coredns", "-quiet=false", "-windows-service", "-conf=a=b"],
            ["serve", "--as-coredns", "--conf", "a=b"]
        ),
        // What is not CoreDNS' stays: Martlet's own flags, and mistakes.
        (
            ["coredns", "--registry", "memory:", "---p", "x", "-conf"],
            ["serve", "--as-coredns", "--registry", "memory:", "---p", "x", "--conf"]
        ),
    ])
    func `its flags are written as Martlet's`(_ words: [String], _ arguments: [String]) {
        #expect(Invocation.arguments(words) == arguments)
    }

    @Test(arguments: [
        (["coredns", "-x"], Int32(64), Int32(2)), (["./coredns"], 1, 1), (["coredns"], 69, 69),
        (["martlet", "serve", "-x"], 64, 64),
    ])
    func `wrong flags end with the status of CoreDNS`(
        _ words: [String],
        _ status: Int32,
        _ expected: Int32
    ) {
        #expect(Invocation.status(status, of: words) == expected)
    }

    @Test func `a Corefile that is named is read from its file`() throws {
        for isCoreDNS in [false, true] {
            let source = try CorefileSource("/etc/Corefile", isCoreDNS: isCoreDNS, port: 53)
            #expect(source == .file("/etc/Corefile"))
            #expect(source.octets == nil && source.name == "/etc/Corefile")
        }
        #expect(try CorefileSource(nil, isCoreDNS: false, port: 53) == .none)
    }
}
