import Corefile
import DNSWire
import Metrics
import Plugins
import Testing

@testable import DNSServer

@Suite("reload: its metrics")
struct ReloadMetricsTests {
    private func metrics(_ server: TestServer, _ name: String) -> [Substring] {
        String(decoding: server.server.services.metrics.write(), as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix(name) }
    }

    @Test func `the configuration that is served has its digest`() throws {
        let plain = "a.test {\n whoami\n}\n"
        let server = try TestServer(corefile: plain)
        #expect(metrics(server, "coredns_reload_version_info") == [])
        #expect(server.server.configurationDigest == nil)
        var seen: Set<Substring> = []
        for more in ["reload", "reload 10s"] {
            try server.reload(plain + "b.test {\n \(more)\n whoami\n}\n")
            let lines = metrics(server, "coredns_reload_version_info")
            #expect(lines.count == 1)
            let digest = try #require(server.server.configurationDigest)
            #expect(
                lines == ["coredns_reload_version_info{hash=\"sha512\",value=\"\(digest)\"} 1"]
            )
            seen.formUnion(lines)
        }
        #expect(seen.count == 2)
        try server.reload(plain)
        #expect(metrics(server, "coredns_reload_version_info") == [])
    }

    @Test func `comments and white space don't change the digest`() throws {
        let server = try TestServer(corefile: "a.test {\n reload\n whoami\n}\n")
        let digest = server.server.configurationDigest
        try server.reload("a.test {\n reload # often\n  whoami   \n}\n# the end\n")
        #expect(server.server.configurationDigest == digest)
        #expect(try !server.server.reloadIfChanged())
    }

    @Test func `what can't be served is counted`() throws {
        let server = try TestServer(corefile: "a.test {\n reload\n whoami\n}\n")
        #expect(metrics(server, "coredns_reload_failed_total") == ["coredns_reload_failed_total 0"])
        for count in 1...2 {
            #expect(throws: CorefileErrors.self) { try server.reload("a.test {\n nonsense\n}\n") }
            #expect(
                metrics(server, "coredns_reload_failed_total")
                    == ["coredns_reload_failed_total \(count)"]
            )
        }
    }
}

@Suite("metadata: for which names it is told")
struct MetadataZoneTests {
    @Test(arguments: [("metadata", "shop"), ("metadata cluster.local", "shop"), ("", "-")])
    func `it is told for the zones that are named`(_ directive: String, _ namespace: String) throws
    {
        let text = "answer \"{{ .Name }} 60 IN TXT {{ or (.Meta `kubernetes/namespace`) `-` }}\""
        let server = try TestServer(
            corefile: """
                . {
                    \(directive)
                    template IN TXT . {
                        \(text)
                    }
                    kubernetes cluster.local
                }

                """
        )
        let reply = try server.ask("web.shop.svc.cluster.local", .txt)
        #expect(reply.answers.map { $0.data } == [.txt([Array(namespace.utf8)])])
    }

    @Test func `it is not told for others`() throws {
        let server = try TestServer(
            corefile: """
                . {
                    metadata other.test
                    view v {
                        expr metadata('view/name') == ''
                    }
                    whoami
                }

                """
        )
        #expect(try server.ask("a.test").header.responseCode == .noError)
        #expect(try server.ask("a.other.test").header.responseCode == .refused)
    }
}
