import DNSWire
import TestSupport
import Testing

@testable import DNSServer

@Suite("Listeners as the Corefile's blocks say")
struct ListenerTests {
    private static let name = "web.shop.svc.cluster.local"

    /// A server with a certificate, for `SCHEME://cluster.local:PORT` on 127.0.0.1.
    private func secure(_ scheme: String, _ more: String = "") throws -> (TestServer, UInt16) {
        let port = try FreePort.choose()
        let corefile = """
            \(scheme)://cluster.local:\(port) {
                bind 127.0.0.1
                tls cert.pem key.pem
                kubernetes
                \(more)
            }
            """
        let files = try Certificate().files
        return (try TestServer(corefile: corefile, files: files, listen: []), port)
    }

    @Test func `DNS over TLS is served, also after a reload`() throws {
        let (server, port) = try secure("tls")
        let ask = "kdig @127.0.0.1 -p \(port) +tls +short \(Self.name)"
        #expect(try run(ask) == "10.96.0.21\n")
        #expect(server.server.listening == ["tls://127.0.0.1:\(port)"])
        try server.reload(
            """
            tls://cluster.local:\(port) {
                bind 127.0.0.1
                tls cert.pem key.pem
                timeouts {
                    idle 3s
                }
                kubernetes
            }
            """
        )
        #expect(try run(ask) == "10.96.0.21\n")
    }

    @Test func `DNS over HTTPS is served by GET and by POST`() async throws {
        let (server, port) = try secure("https")
        for method in ["+https", "+https-get"] {
            let ask = "kdig @127.0.0.1 -p \(port) \(method) +short \(Self.name)"
            let output = try await shell(ask) { !$0.isEmpty }
            #expect(output == "10.96.0.21\n", "\(method)")
        }
        try write("", to: "\(server.directory)/empty")
        let status = try await shell(
            """
            curl -sk -o /dev/null -w '%{http_code}' -H 'content-type: application/dns-message' \
            --data-binary @\(server.directory)/empty https://127.0.0.1:\(port)/dns-query
            """
        ) { $0 != "503" }
        #expect(status == "400")
        let other = "curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1:\(port)/other"
        #expect(try await shell(other) { $0 != "503" } == "404")
    }

    @Test func `a server block without a certificate is named`() throws {
        let error = try #require(throws: ServerError.self) {
            try TestServer(
                corefile: "tls://a.test:\(try FreePort.choose()) {\n bind 127.0.0.1\n whoami\n}\n",
                listen: []
            )
        }
        #expect(error.mend == "add tls CERTIFICATE KEY to the server block")
    }

    @Test func `bind limits a block to its addresses`() throws {
        let port = try FreePort.choose()
        let server = try TestServer(
            corefile: """
                a.test:\(port) {
                    bind 127.0.0.1
                    whoami
                }
                a.test:\(port) {
                    bind 127.0.0.2
                    acl {
                        block
                    }
                }
                """,
            listen: []
        )
        #expect(
            server.server.addresses.map(\.description) == [
                "127.0.0.1:\(port)", "127.0.0.2:\(port)",
            ]
        )
        let first = try server.ask("a.test", at: try ListenAddress("127.0.0.1:\(port)"))
        #expect(first.additionals.count >= 1)
        let second = try server.ask("a.test", at: try ListenAddress("127.0.0.2:\(port)"))
        #expect(second.header.responseCode == .refused)
    }

    @Test func `multisocket says how many sockets there are`() throws {
        let server = try TestServer(
            corefile: "cluster.local {\n multisocket 5\n kubernetes\n}\n",
            listen: ["127.0.0.1:0"]
        )
        let sockets = server.server.sockets
        #expect(sockets.filter { $0.kind == .datagram }.count == 5)
        #expect(sockets.filter { $0.kind == .stream }.count == 1)
        for _ in 0..<20 { #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"]) }
    }

    @Test(
        arguments: [("read 1s\nidle 1h", [0, 40, 1]), ("read 1h\nidle 1s", [])]
            as [(String, [UInt8])]
    )
    func `timeouts close a connection that says nothing, or half a query`(
        _ timeouts: String,
        _ octets: [UInt8]
    ) throws {
        let server = try TestServer(
            corefile: "cluster.local {\n timeouts {\n \(timeouts)\n }\n kubernetes\n}\n"
        )
        let socket = try ClientSocket.tcp(server.address)
        socket.send(octets)
        #expect(socket.receive().isEmpty && socket.hasEnded)
    }

    @Test func `a connection ends behind as many queries as it may bring`() throws {
        let server = try TestServer(
            corefile: """
                cluster.local {
                    timeouts {
                        maxtcpqueries 3
                    }
                    kubernetes
                }
                """
        )
        let socket = try ClientSocket.tcp(server.address)
        let reader = StreamReader(socket)
        for id in 1...5 { socket.send(framed(try query(Self.name, id: UInt16(id)))) }
        for _ in 1...3 { #expect(reader.next() != nil) }
        #expect(reader.next() == nil)
    }

    @Test func `a view decides which block answers`() throws {
        let server = try TestServer(
            corefile: """
                a.test {
                    view first {
                        expr name() == 'one.a.test.'
                    }
                    whoami
                }
                a.test {
                    acl {
                        block
                    }
                }
                """
        )
        #expect(try server.ask("one.a.test").additionals.count >= 1)
        #expect(try server.ask("two.a.test").header.responseCode == .refused)
    }
}
