import DNSWire
import Metrics
import Plugins
import TestSupport
import Testing

@testable import DNSServer

@Suite("Forwarding to servers of every kind")
struct ForwardingTests {
    /// A server that says who asked it.
    private static func upstream(
        _ scheme: String,
        _ host: String,
        _ certificate: Certificate
    ) throws -> (TestServer, UInt16) {
        let port = try FreePort.choose()
        let tls = scheme == "dns" ? "" : "tls cert.pem key.pem"
        let server = try TestServer(
            corefile: "\(scheme)://.:\(port) {\n bind \(host)\n \(tls)\n whoami\n}\n",
            files: certificate.files,
            listen: []
        )
        return (server, port)
    }

    private static func front(
        _ upstream: String,
        _ options: String = "",
        _ files: [String: String] = [:]
    ) throws -> TestServer {
        try TestServer(
            corefile: ". {\n errors\n forward . \(upstream) {\n \(options)\n }\n}\n",
            files: files
        )
    }

    /// The address that the upstream saw, as it is in the reply's additional section.
    private static func asker(_ reply: Message) -> [String] {
        reply.additionals.filter { $0.type == .a || $0.type == .aaaa }.map { "\($0.data)" }
    }

    @Test(arguments: ["127.0.0.1", "::1"], ["dns", "tls", "https"])
    func `queries are answered whatever the upstream speaks`(
        _ host: String,
        _ scheme: String
    ) throws {
        let certificate = try Certificate()
        let (upstream, port) = try Self.upstream(scheme, host, certificate)
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let front = try Self.front(
            scheme == "dns" ? place : "\(scheme)://\(place)",
            scheme == "dns" ? "" : "tls ca.pem",
            ["ca.pem": certificate.certificate]
        )
        for number in 0..<20 {
            let reply = try front.ask("n\(number).test")
            #expect(reply.header.responseCode == .noError)
            #expect(Self.asker(reply) == [host])
            #expect(Self.asker(try front.askTCP("t\(number).test")) == [host])
        }
        withExtendedLifetime(upstream) {}
    }

    @Test(arguments: ["tls", "https"])
    func `a certificate of an unknown authority ends in SERVFAIL, and the log says why`(
        _ scheme: String
    ) throws {
        let (own, other) = (try Certificate(), try Certificate())
        let (upstream, port) = try Self.upstream(scheme, "127.0.0.1", own)
        let front = try Self.front(
            "\(scheme)://127.0.0.1:\(port)",
            "tls ca.pem\n max_connect_attempts 1",
            ["ca.pem": other.certificate]
        )
        #expect(try front.ask("a.test").header.responseCode == .serverFailure)
        #expect(try front.askTCP("b.test").header.responseCode == .serverFailure)
        withExtendedLifetime(upstream) {}
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.7"), ("::1", "::1")])
    func `source_address is where the upstream sees queries come from`(
        _ host: String,
        _ source: String
    ) throws {
        let (upstream, port) = try Self.upstream("dns", host, try Certificate())
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let front = try Self.front(place, "source_address \(source)")
        #expect(Self.asker(try front.ask("a.test")) == [source])
        #expect(Self.asker(try front.askTCP("b.test")) == [source])
        withExtendedLifetime(upstream) {}
    }

    @Test func `queries above max_concurrent are refused at once, and counted`() throws {
        let silent = try ClientSocket.occupying(try ListenAddress("127.0.0.1:0"), stream: false)
        defer { withExtendedLifetime(silent) {} }
        let front = try Self.front("127.0.0.1:\(silent.port)", "max_concurrent 3")
        let client = try ClientSocket.udp(front.address)
        for id in 1...10 { client.send(try query("n\(id).test", id: UInt16(id))) }
        var codes: [ResponseCode] = []
        // Those that were taken fail when their time is over.
        for _ in 1...10 {
            codes.append(try Message(decoding: client.receive()).header.responseCode)
        }
        let refused = codes.count { $0 == .refused }
        // On a machine that is slow enough, places may have become free meanwhile.
        #expect((1...7).contains(refused), "\(codes)")
        #expect(codes.count { $0 == .serverFailure } == 10 - refused)
        let metrics = String(decoding: front.server.services.metrics.write(), as: UTF8.self)
        let line = "coredns_forward_max_concurrent_rejects_total \(refused)"
        #expect(metrics.split(separator: "\n").contains { $0 == line })
    }

    @Test(arguments: ["", "rewrite name suffix .new .test"])
    func `while they are, workers refuse further ones themselves`(_ rewrite: String) throws {
        let silent = try ClientSocket.occupying(try ListenAddress("127.0.0.1:0"), stream: false)
        defer { withExtendedLifetime(silent) {} }
        let front = try TestServer(
            corefile: """
                . {
                    errors
                    \(rewrite)
                    forward . 127.0.0.1:\(silent.port) {
                        max_concurrent 3
                    }
                }
                """
        )
        func counted(_ name: String, _ metrics: String) -> Int {
            let line = metrics.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            return line.flatMap { Int($0.dropFirst(name.count + 1)) } ?? 0
        }
        let waiting = try ClientSocket.udp(front.address)
        let suffix = rewrite.isEmpty ? "test" : "new"
        var (asked, refused) = (0, 0)
        try eventually("a worker refuses") {
            asked += 1
            // Some wait until their time is over; the others are refused at once.
            for id in 1...3 { waiting.send(try query("w\(asked)-\(id).\(suffix)", id: UInt16(id))) }
            let code = try front.ask("n\(asked).\(suffix)").header.responseCode
            refused += code == .refused ? 1 : 0
            #expect(code == .refused || code == .serverFailure)
            let metrics = String(decoding: front.server.services.metrics.write(), as: UTF8.self)
            let notAsked = counted("martlet_forward_not_asked_total", metrics)
            // Those that workers refuse are among all that are.
            #expect(notAsked <= counted("coredns_forward_max_concurrent_rejects_total", metrics))
            return refused > 0 && notAsked > 0
        }
    }

    @Test(arguments: ["next.{{ .Name }}", "{{ .Name }}", "www.example.test."])
    func `aliases of an upstream that lead on for ever end`(_ target: String) throws {
        // Each alias that is asked for leads to another one, to itself, or round in a circle.
        let other =
            target.hasPrefix("www")
            ? "template IN ANY www.example.test {\n answer \"{{ .Name }} 9 IN CNAME loop.example.test.\"\n}"
            : ""
        let upstream = try TestServer(
            corefile: """
                . {
                    \(other)
                    template IN ANY {
                        answer "{{ .Name }} 9 IN CNAME \(target)"
                    }
                }
                """
        )
        let front = try TestServer(
            corefile: """
                cluster.local {
                    kubernetes
                }
                . {
                    cache
                    forward . \(upstream.address)
                }
                """
        )
        for _ in 0..<3 {
            // A service that is an alias of a name that the upstream answers.
            for name in ["loop", "docs", "far"] {
                let reply = try front.ask("\(name).shop.svc.cluster.local")
                #expect((1...64).contains(reply.answers.count), "\(reply.answers)")
            }
            #expect(try front.askTCP("plain.test").answers.count <= 64)
        }
        #expect(try front.ask("web.shop.svc.cluster.local").answerTexts == ["10.96.0.21"])
    }
}
