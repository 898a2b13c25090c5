import DNSWire
import TestSupport
import Testing

@testable import DNSServer

@Suite("Queries that wait for somebody else")
struct SlowLaneTests {
    private static let name = "web.shop.svc.cluster.local"

    /// A server whose upstream says nothing.
    private func server(_ silent: ClientSocket) throws -> TestServer {
        try TestServer(
            corefile: """
                cluster.local {
                    kubernetes
                }
                . {
                    forward . 127.0.0.1:\(silent.port)
                }
                """
        )
    }

    @Test func `a silent upstream delays no name of the cluster`() throws {
        let silent = try ClientSocket.occupying(try ListenAddress("127.0.0.1:0"), stream: false)
        let server = try server(silent)
        let waiting = try ClientSocket.udp(server.address)
        for id in 1...200 { waiting.send(try query("n\(id).example", id: UInt16(id))) }
        try eventually { server.server.lane.waitingCount > 100 }
        for _ in 0..<10 { #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"]) }
        // Had one waited for the upstream, so would the queries that still do.
        #expect(server.server.lane.waitingCount > 0)
    }

    @Test func `under a flood of queries to dead upstreams every name of the cluster is answered`()
        throws
    {
        let silent = try (0..<2).map { _ in
            try ClientSocket.occupying(try ListenAddress("127.0.0.1:0"), stream: false)
        }
        let server = try TestServer(
            corefile: """
                cluster.local {
                    kubernetes
                }
                . {
                    forward . 127.0.0.1:\(silent[0].port) 127.0.0.1:\(silent[1].port)
                }
                """
        )
        // All but a few places are taken, so that the flood fills the table at once.
        var taken = 0
        while taken < Limits.pendingQueryCountMax - 50, server.server.lane.admit() { taken += 1 }
        let flood = try ClientSocket.udp(server.address)
        var (failed, answered, number) = (0, 0, 0)
        for round in 0..<100 {
            for _ in 0..<60 {
                number += 1
                flood.send(try query("n\(number).example", id: 1))
            }
            flood.send(try query(Self.name, id: 2))
            while true {
                let reply = try Message(decoding: flood.receive())
                if reply.header.id == 2 {
                    #expect(reply.answerTexts == ["10.96.0.21"])
                    answered += 1
                    break
                }
                #expect(reply.header.responseCode == .serverFailure)
                failed += 1
            }
            if round.isMultiple(of: 10) {
                #expect(try server.askTCP(Self.name).answerTexts == ["10.96.0.21"])
            }
        }
        #expect(answered == 100)
        // What found no place was told so at once.
        #expect(failed > 1_000, "\(failed) of \(number)")
        for _ in 0..<taken { server.server.lane.release() }
    }

    @Test func `one query more than may wait is answered SERVFAIL at once`() throws {
        let silent = try ClientSocket.occupying(try ListenAddress("127.0.0.1:0"), stream: false)
        let server = try server(silent)
        var taken = 0
        while server.server.lane.admit() { taken += 1 }
        #expect(taken == Limits.pendingQueryCountMax)
        #expect(try server.ask("a.example").header.responseCode == .serverFailure)
        #expect(try server.askTCP("a.example").header.responseCode == .serverFailure)
        #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
        for _ in 0..<taken { server.server.lane.release() }
    }
}
