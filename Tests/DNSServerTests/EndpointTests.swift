import DNSWire
import Dispatch
import Plugins
import Registry
import TestSupport
import Testing

@testable import DNSServer

@Suite("What is served over HTTP beside")
struct EndpointTests {
    private static func get(
        _ port: UInt16,
        _ path: String
    ) async throws -> (status: String, body: String) {
        let url = "http://127.0.0.1:\(port)\(path)"
        let output = try await shell("curl -s -m 60 -w '\\n%{http_code}' \(url)") {
            !$0.hasSuffix("503")
        }
        let end = output.lastIndex(of: "\n") ?? output.startIndex
        return (String(output[end...].dropFirst()), String(output[..<end]))
    }

    @Test func `health says OK, and so does ready once everything is loaded`() async throws {
        let (health, ready) = (try FreePort.choose(), try FreePort.choose())
        let server = try TestServer(
            corefile: """
                cluster.local {
                    health 127.0.0.1:\(health)
                    ready 127.0.0.1:\(ready)
                    kubernetes
                }
                """
        )
        #expect(try await Self.get(health, "/health") == ("200", "OK"))
        #expect(try await Self.get(health, "/other").status == "404")
        #expect(try await Self.get(ready, "/ready") == ("200", "OK"))
        server.server.beginEnding()
        // Refused: the port is closed.
        #expect(try await Self.get(ready, "/ready").status == "000")
        #expect(try await Self.get(health, "/health") == ("200", "OK"))
        #expect(try server.ask("web.shop.svc.cluster.local").answerTexts == ["10.96.0.21"])
    }

    @Test func `until the view is loaded ready says 503, and health says OK`() async throws {
        let (health, ready) = (try FreePort.choose(), try FreePort.choose())
        let store = MemoryStore()
        try store.put(shopObjects)
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        try write(
            """
            cluster.local {
                health 127.0.0.1:\(health)
                ready 127.0.0.1:\(ready)
                kubernetes
            }
            """,
            to: "\(directory)/Corefile"
        )
        let gate = DispatchSemaphore(value: 0)
        let settings = ServerSettings(
            listen: [try ListenAddress("127.0.0.1:0")],
            corefile: "\(directory)/Corefile",
            workerCount: 1,
            registry: .standard,
            openStore: { _ in
                // As long as the test likes, the registry can't be opened.
                gate.wait()
                gate.signal()
                return store
            }
        )
        let started = Started()
        let thread = try WorkerThread(name: "starting") { started.server = try? Server(settings) }
        let early = "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:\(health)/health"
        #expect(try await shell(early) { $0 == "200" } == "200")
        let body = try await shell("curl -s -w ' %{http_code}' http://127.0.0.1:\(ready)/ready") {
            $0.contains("kubernetes")
        }
        #expect(body == "kubernetes 503")
        gate.signal()
        thread.join()
        #expect(try await Self.get(ready, "/ready") == ("200", "OK"))
        try #require(started.server).stop()
    }

    @Test func `while a plugin is not ready, ready says so`() async throws {
        let port = try FreePort.choose()
        let server = try TestServer(
            corefile: """
                . {
                    ready 127.0.0.1:\(port) {
                        monitor continuously
                    }
                    erratic {
                        drop 0
                    }
                }
                """
        )
        let ask = "curl -s -w ' %{http_code}' http://127.0.0.1:\(port)/ready"
        #expect(try await shell(ask) { $0.hasPrefix("erratic") } == "erratic 503")
        // It is ready while it has seen three or four queries.
        for _ in 0..<3 { _ = try server.ask("a.test") }
        #expect(try await shell(ask) { $0 == "OK 200" } == "OK 200")
        for _ in 0..<3 { _ = try server.ask("a.test") }
        #expect(try await shell(ask) { $0.hasPrefix("erratic") } == "erratic 503")
    }

    @Test func `before anything is served, ready names who is not`() {
        let status = ServerStatus()
        #expect(status.endpointState.notReady == ["kubernetes"])
        #expect(!status.endpointState.isEnding)
        status.serves([])
        #expect(status.endpointState.notReady.isEmpty)
        status.ends()
        #expect(status.endpointState.isEnding)
    }

    @Test func `endpoints move, share a port and close with the Corefile`() async throws {
        let (one, two) = (try FreePort.choose(), try FreePort.choose())
        func corefile(_ directives: String) -> String {
            "cluster.local {\n \(directives)\n kubernetes\n}\n"
        }
        let server = try TestServer(corefile: corefile("health 127.0.0.1:\(one)"))
        #expect(try await Self.get(one, "/health").status == "200")
        try server.reload(
            corefile("health 127.0.0.1:\(two)\n ready 127.0.0.1:\(two)")
        )
        #expect(try await Self.get(one, "/health").status == "000")
        #expect(try await Self.get(two, "/health").status == "200")
        #expect(try await Self.get(two, "/ready").status == "200")
        try server.reload(corefile("health :\(two)"))
        #expect(try await Self.get(two, "/ready").status == "404")
        #expect(try await Self.get(two, "/health").status == "200")
        try server.reload(corefile(""))
        #expect(try await Self.get(two, "/health").status == "000")
    }

    @Test func `metrics are served within TLS as a file says, and without after a reload`()
        async throws
    {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        _ = try run(
            """
            cd \(directory) && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
            -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
            -keyout key.pem -out cert.pem 2>/dev/null
            """
        )
        let web = "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n"
        try write(web, to: "\(directory)/web.yml")
        let port = try FreePort.choose()
        let secure = "prometheus 127.0.0.1:\(port) {\n tls \(directory)/web.yml\n}"
        func corefile(_ directives: String) -> String { "a.test {\n\(directives)\n whoami\n}\n" }
        let server = try TestServer(corefile: corefile(secure))
        #expect(server.server.endpointURLs.map(\.url) == ["https://127.0.0.1:\(port)"])
        let ask = """
            curl -s -m 60 --cacert \(directory)/cert.pem https://127.0.0.1:\(port)/metrics
            """
        #expect(try await shell(ask) { !$0.isEmpty }.contains("coredns_build_info{"))
        // One port speaks one way.
        #expect(throws: ServerError.self) {
            try server.reload(corefile("\(secure)\nhealth 127.0.0.1:\(port)"))
        }
        try server.reload(corefile("prometheus 127.0.0.1:\(port)"))
        #expect(try await Self.get(port, "/metrics").status == "200")
        // A certificate that isn't there keeps everything as it is.
        _ = try run("rm \(directory)/key.pem")
        #expect(throws: ServerError.self) { try server.reload(corefile(secure)) }
        #expect(try await Self.get(port, "/metrics").status == "200")
    }

    @Test func `lameduck is the longest that a block asks for`() throws {
        let server = try TestServer(
            corefile: """
                a.test {
                    health 127.0.0.1:0 {
                        lameduck 3s
                    }
                    whoami
                }
                b.test {
                    whoami
                }
                """
        )
        #expect(server.server.lameduck == .seconds(3))
    }

    @Test func `every query is counted, whichever worker answers it`() async throws {
        let port = try FreePort.choose()
        let server = try TestServer(
            corefile: "cluster.local {\n prometheus 127.0.0.1:\(port)\n kubernetes\n}\n",
            workerCount: 3
        )
        for _ in 0..<40 { _ = try server.ask("web.shop.svc.cluster.local") }
        for _ in 0..<25 { _ = try server.askTCP("web.shop.svc.cluster.local") }
        func total(_ network: String) async throws -> Int {
            let lines = try await Self.get(port, "/metrics").body.split(separator: "\n")
            return lines.filter {
                $0.hasPrefix("coredns_dns_requests_total{") && $0.contains("\"\(network)\"")
            }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        }
        #expect(try await total("udp") == 40)
        #expect(try await total("tcp") == 25)
        let metrics = try await Self.get(port, "/metrics").body
        #expect(metrics.contains("martlet_udp_receive_drops_total{"))
        #expect(metrics.contains("coredns_build_info{"))
        #expect(metrics.contains("coredns_plugin_enabled{"))
        // The counts of listeners and workers that have ended stay.
        try server.reload(
            "cluster.local {\n prometheus 127.0.0.1:\(port)\n multisocket 2\n kubernetes\n}\n"
        )
        _ = try server.ask("web.shop.svc.cluster.local")
        #expect(try await total("udp") == 41)
    }
}

/// A server that starts on another thread.
///
/// `@unchecked Sendable`: that thread writes it and ends before the test reads it.
private final class Started: @unchecked Sendable {
    var server: Server?
}
