import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Called as coredns: what is served")
struct CoreDNSNameTests {
    private static let corefile = """
        example.test {
            bind 127.0.0.1
            template IN A {
                answer "{{ .Name }} 60 IN A 192.0.2.7"
            }
        }

        """

    /// Starts the program by the name `coredns`, in a directory of its own.
    private func start(_ site: Site, _ words: [String], input: String = "") throws -> Child {
        let path = "\(site.directory)/coredns"
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.createSymbolicLink(
                atPath: path,
                withDestinationPath: Site.program
            )
        }
        let line = "cd '\(site.directory)' && exec \(path) \(words.joined(separator: " "))"
        return try site.start(["sh", "-c", line], input: input)
    }

    private func dig(_ site: Site, _ port: String, _ words: String...) throws -> String {
        try site.run(["dig", "@127.0.0.1", "-p", port, "+tries=2", "+time=5"] + words).output
    }

    @Test func `without a Corefile there are whoami and log on the port that is given`() throws {
        let site = try Site()
        let port = try FreePort.choose()
        let child = try start(site, ["-dns.port=\(port)"])
        try child.waitForOutput { $0.contains(" serves ") }
        let reply = try dig(site, "\(port)", "a.example.org")
        #expect(reply.contains("IN\tA\t127.0.0.1\n"))
        #expect(reply.contains("_udp.a.example.org."))
        try child.waitForOutput { $0.contains("\"A IN a.example.org. udp ") }
        child.send(SIGTERM)
        #expect(try child.wait() == .exited(0))
    }

    @Test func `a Corefile in the directory is served`() throws {
        let site = try Site()
        let port = try FreePort.choose()
        try site.write("Corefile", Self.corefile)
        let child = try start(site, ["-p", "\(port)"])
        try child.waitForOutput { $0.contains(" serves ") }
        #expect(try dig(site, "\(port)", "+short", "www.example.test") == "192.0.2.7\n")
        child.send(SIGTERM)
        #expect(try child.wait() == .exited(0))
    }

    /// Standard input can be read once; a reload and a successor have what it said.
    @Test func `a Corefile on standard input is served, also after an upgrade`() throws {
        let site = try Site()
        let port = try FreePort.choose()
        let control = "\(site.directory)/control.sock"
        let words = ["-conf", "stdin", "-p", "\(port)", "--control", control]
        let child = try start(site, words, input: Self.corefile)
        try child.waitForOutput { $0.contains(" serves ") }
        #expect(try dig(site, "\(port)", "+short", "www.example.test") == "192.0.2.7\n")
        child.send(SIGUSR1)
        try child.waitForOutput { $0.contains("Reloading complete\n") }
        child.send(SIGUSR2)
        try child.waitForOutput(seconds: 60) { $0.contains("Another process has taken over") }
        #expect(try dig(site, "\(port)", "+short", "www.example.test") == "192.0.2.7\n")
    }

    @Test(arguments: [
        (["-bogus"], Int32(2), "-bogus"), (["-conf"], 2, "--conf"),
        (["-p", "seventy"], 2, "seventy"),
        (["-conf", "absent/Corefile"], 1, "absent/Corefile"), (["-conf", "wrong"], 1, "wrong:2"),
        (["--listen", "nowhere"], 2, "listen"), (["-help"], 0, "USAGE: martlet serve"),
        (["-version"], 0, "martlet "), (["-plugins"], 0, "dns.whoami"),
    ])
    func `the exit status is CoreDNS'`(_ words: [String], _ status: Int32, _ text: String) throws {
        let site = try Site()
        try site.write("wrong", ".:0 {\n nonsense\n}\n")
        let child = try start(site, words)
        #expect(try child.wait() == .exited(status))
        #expect((child.text + child.errorText).contains(text), "\(child.text)\(child.errorText)")
    }

    /// The digest is that of the metric, and another one when the Corefile says something else.
    @Test func `reload says which configuration is served`() throws {
        let site = try Site()
        let port = try FreePort.choose()
        func corefile(_ more: String) -> String {
            "example.test {\n bind 127.0.0.1\n whoami\n reload\n\(more)}\n"
        }
        try site.write("Corefile", corefile(""))
        let child = try start(site, ["-p", "\(port)", "-quiet"])
        let line = "[INFO] plugin/reload: Running configuration SHA512 = "
        func digests() -> [Substring] {
            child.text.split(separator: "\n").filter { $0.hasPrefix(line) }
                .map { $0.dropFirst(line.count) }
        }
        try child.waitForOutput { $0.contains(line) && $0.hasSuffix("\n") }
        try site.write("Corefile", corefile(" errors\n"))
        child.send(SIGUSR1)
        try child.waitForOutput { $0.contains("[INFO] Reloading complete\n") }
        #expect(digests().count == 2)
        #expect(Set(digests()).count == 2)
        #expect(digests().allSatisfy { $0.count == 128 && $0.allSatisfy(\.isHexDigit) })
        child.send(SIGTERM)
        #expect(try child.wait() == .exited(0))
    }
}
