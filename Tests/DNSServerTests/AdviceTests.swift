import Corefile
import DNSWire
import Registry
import TestSupport
import Testing

@testable import DNSServer

@Suite("What there is to say about a Corefile that can be served")
struct AdviceTests {
    /// What is said about a Corefile, each as `LEVEL LINE`, and the texts.
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

    @Test(arguments: [
        (
            "errors\ncache\nrewrite name a.test b.test\nwhoami",
            ["warning 4: rewrite acts before cache"]
        ),
        ("errors\nrewrite name a.test b.test\ncache\nwhoami", []),
        (
            "errors\nloop\nforward . 192.0.2.1\nacl {\n block net 10.0.0.0/8\n}",
            ["warning 5: acl acts before forward"]
        ),
        (
            "kubernetes cluster.local\nhosts {\n fallthrough\n}",
            ["hint 3: hosts is asked before kubernetes"]
        ),
        ("header {\n response set ra\n}\ncache\nwhoami", ["hint 2: header acts behind cache"]),
        (
            "kubernetes cluster.local {\n pods verified\n}",
            ["warning 3: pods verified holds every pod"]
        ),
        ("kubernetes cluster.local {\n pods verified\n}\nautopath @kubernetes", []),
        (
            "errors\nkubernetes cluster.local in-addr.arpa\nforward . 192.0.2.1",
            ["warning 3: kubernetes answers all of in-addr.arpa", "hint 3: pods with ndots:5"]
        ),
        (
            """
            errors
            kubernetes cluster.local in-addr.arpa {
             pods verified
             fallthrough in-addr.arpa
            }
            autopath @kubernetes
            forward . 192.0.2.1
            """, []
        ),
        ("forward . 192.0.2.1", ["warning 2: nobody is told why forwarded queries fail"]),
        ("log\nwhoami", []),
        ("errors\nlog\nforward . 192.0.2.1", ["warning 3: log writes a line for each query"]),
        ("errors\nlog . {\n class error\n}\nforward . 192.0.2.1", []),
        (
            "kubernetes cluster.local\ncache {\n include_local\n}",
            ["warning 3: cache: with include_local"]
        ),
        ("errors\nforward . 127.0.0.1", ["warning 3: forward: 127.0.0.1 is this server itself"]),
        ("errors\nbind 127.0.0.9\nforward . 127.0.0.1", []),
        ("errors\nforward . 127.0.0.1:5353", []),
        ("tls none.pem none.key\nwhoami", ["warning 2: tls: /"]),
        ("file none.zone a.test", ["warning 2: file: /"]),
        ("hosts none {\n fallthrough\n}", ["warning 2: hosts: file does not exist: /"]),
        ("metadata\nkubernetes cluster.local {\n pods verified\n}", []),
        ("errors\nforward . tls://127.0.0.1", []),
    ])
    func `what hurts is said, with its place`(block: String, expected: [String]) throws {
        let warnings = try report(". {\n\(block)\n}\n").warnings
        #expect(warnings.count == expected.count, "\(warnings)")
        for (warning, expected) in zip(warnings, expected) {
            let text = "\(warning.level) \(warning.line): \(warning.message)"
            #expect(text.hasPrefix(expected))
            #expect("\(warning)".contains("/Corefile:\(warning.line): "))
        }
    }

    @Test func `a block may forward to another one of the same server`() throws {
        let corefile = """
            example.org {
                errors
                forward . 127.0.0.1
            }
            . {
                errors
                forward example.org 127.0.0.1
                whoami
            }
            """
        let warnings = try report(corefile).warnings
        // From `.`, names of example.org go to the block of that zone; from there, to itself.
        #expect(warnings.map(\.line) == [3])
    }

    @Test func `servers in a file are looked at too`() throws {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        try write("nameserver 127.0.0.53\n", to: "\(directory)/resolv.conf")
        let warnings = try report(". {\n errors\n forward . \(directory)/resolv.conf\n}\n").warnings
        #expect(warnings.map(\.level) == [.warning, .hint])
        #expect(warnings.first?.message.contains("127.0.0.53 in \(directory)/resolv.conf") == true)
    }

    @Test func `mistakes come with what was warned of before`() throws {
        let error = #expect(throws: CorefileErrors.self) {
            try report("_a.example {\n nonsense\n}\n")
        }
        #expect(try #require(error).errors.count == 1)
    }
}
