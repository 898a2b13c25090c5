import Addresses
import DNSWire
import KubernetesModel
import TestSupport
import Testing

@testable import DNSServer

@Suite("The server over UDP and TCP")
struct ServerTests {
    static let withFiles = """
        cluster.local {
            kubernetes
        }
        example.test {
            file example.zone
        }
        """
    static let zone = """
        $ORIGIN example.test.
        $TTL 60
        @ SOA ns hostmaster 1 2 3 4 5
        @ NS ns
        ns A 192.0.2.53
        www A 192.0.2.80
        back CNAME web.shop.svc.cluster.local.
        loop CNAME loop.shop.svc.cluster.local.
        """

    @Test(arguments: [0, 1])
    func `a service has the same address over UDP and TCP, IPv4 and IPv6`(_ index: Int) throws {
        let server = try TestServer()
        let address = server.server.addresses[index]
        let name = "web.shop.svc.cluster.local"
        #expect(try server.ask(name, at: address).answerTexts == ["10.96.0.21"])
        let host = address.address
        for transport in ["+notcp", "+tcp"] {
            let output = try run("dig @\(host) -p \(address.port) \(transport) +short \(name)")
            #expect(output == "10.96.0.21\n")
        }
        let reverse = try run("dig @\(host) -p \(address.port) +short -x 10.96.0.21")
        #expect(reverse == "\(name).\n")
    }

    @Test func `the question comes back in the case in which it was asked`() throws {
        let server = try TestServer()
        let octets = try query("wEb.ShOp.sVc.CLuster.LocaL")
        let socket = try ClientSocket.udp(server.address)
        socket.send(octets)
        let reply = socket.receive()
        #expect(Array(reply[12..<octets.count]) == Array(octets[12...]))
        #expect(try Message(decoding: reply).answerTexts == ["10.96.0.21"])
    }

    @Test func `what does not fit a datagram is truncated, and whole over TCP`() throws {
        let server = try TestServer()
        let name = "db.shop.svc.cluster.local"
        let socket = try ClientSocket.udp(server.address)
        for (edns, limit) in [(nil, 512), (EDNS(udpPayloadSize: 4096), 1232)] {
            socket.send(try query(name, edns: edns))
            let reply = socket.receive()
            #expect(reply.count <= limit)
            let message = try Message(decoding: reply)
            #expect(message.header.isTruncated)
            #expect(!message.answers.isEmpty)
        }
        let whole = try server.askTCP(name)
        #expect(!whole.header.isTruncated)
        #expect(Set(whole.answerTexts).count == 1_000)
    }

    @Test func `names of no served zone, and other classes, are refused`() throws {
        let server = try TestServer(
            corefile: "cluster.local {\n kubernetes\n}\n"
        )
        for name in ["example.org", ".", "local", "21.0.96.10.in-addr.arpa"] {
            let reply = try server.ask(name)
            #expect(reply.header.responseCode == .refused, "\(name)")
            #expect(!reply.header.isAuthoritative)
        }
        var octets = try query("web.shop.svc.cluster.local")
        octets[octets.count - 1] = 3
        let socket = try ClientSocket.udp(server.address)
        socket.send(octets)
        #expect(try Message(decoding: socket.receive()).header.responseCode == .refused)
    }

    @Test(arguments: [
        ("docs", ["192.0.2.80", "www.example.test."]),
        ("round", ["10.96.0.21", "back.example.test.", "web.shop.svc.cluster.local."]),
        ("far", ["example.org."]),
    ])
    func `an alias is followed through the zones of the server`(
        _ name: String,
        _ expected: [String]
    ) throws {
        let server = try TestServer(corefile: Self.withFiles, files: ["example.zone": Self.zone])
        let reply = try server.ask("\(name).shop.svc.cluster.local")
        #expect(reply.header.responseCode == .noError)
        #expect(reply.answerTexts == expected)
        #expect(try server.askTCP("\(name).shop.svc.cluster.local").answers == reply.answers)
    }

    @Test func `the block with the longest zone answers, and DS belongs to the parent`() throws {
        let server = try TestServer(
            corefile: """
                example.test {
                    file parent.zone
                }
                deep.sub.example.test sub.example.test {
                    whoami
                }
                """,
            files: [
                "parent.zone": """
                @ 60 SOA ns h 1 2 3 4 5
                sub 60 NS ns.elsewhere.test.
                sub 60 DS 1 8 2 (
                    0000000000000000000000000000000000000000000000000000000000000000 )
                subway 60 A 192.0.2.1

                """
            ]
        )
        for name in ["sub.example.test", "x.sub.example.test", "DEEP.Sub.Example.Test"] {
            #expect(try server.ask(name).additionals.count == 2, "\(name)")
        }
        #expect(try server.ask("subway.example.test").answerTexts == ["192.0.2.1"])
        #expect(try server.ask("sub.example.test", .ds).answers.count == 1)
        // The parent of this zone is a zone too, and it is not the one with the delegation.
        #expect(try server.ask("deep.sub.example.test", .ds).additionals.count == 2)
        #expect(try server.ask("test").header.responseCode == .refused)
    }

    @Test func `a circle of aliases through two zones ends`() throws {
        let server = try TestServer(corefile: Self.withFiles, files: ["example.zone": Self.zone])
        let reply = try server.ask("loop.shop.svc.cluster.local")
        #expect(reply.header.responseCode == .noError)
        #expect((2...16).contains(reply.answers.count))
        #expect(try server.ask("web.shop.svc.cluster.local").answerTexts == ["10.96.0.21"])
    }

    @Test func `a change in the registry changes the answer`() throws {
        let server = try TestServer()
        let name = "new.shop.svc.cluster.local"
        #expect(try server.ask(name).header.responseCode == .nameError)
        try server.store.put([service("new", "clusterIP: 10.96.0.99, clusterIPs: [10.96.0.99]")])
        try eventually { try server.ask(name).answerTexts == ["10.96.0.99"] }
        try server.store.remove(.service, "shop", "new")
        try eventually { try server.askTCP(name).header.responseCode == .nameError }
    }

    @Test(arguments: ["0.0.0.0:0", "[::]:0"])
    func `a reply leaves from the address that was asked`(_ wildcard: String) throws {
        let server = try TestServer(listen: [wildcard])
        let hosts = wildcard.hasPrefix("[") ? ["::1"] : ["127.0.0.1", "127.0.0.2", "127.1.2.3"]
        for host in hosts {
            let target = ListenAddress(
                address: try #require(IPAddress(host)),
                port: server.address.port
            )
            let socket = try ClientSocket.udp(target, isConnected: false)
            socket.send(try query("web.shop.svc.cluster.local"), to: target)
            let (octets, source) = socket.receiveWithSource()
            #expect(try Message(decoding: octets).answerTexts == ["10.96.0.21"])
            #expect(source == target.address)
        }
    }

    @Test(arguments: [true, false])
    func `a port that another program has is named with the mend`(_ stream: Bool) throws {
        let place = "127.0.0.1:\(try FreePort.choose())"
        let other = try ClientSocket.occupying(try ListenAddress(place), stream: stream)
        defer { withExtendedLifetime(other) {} }
        let error = try #require(throws: ServerError.self) { try TestServer(listen: [place]) }
        #expect(error.message.hasPrefix("cannot listen on \(stream ? "tcp" : "udp")://\(place): "))
        #expect(error.mend.contains("another program has this port"))
    }

    @Test func `two servers don't share a port`() throws {
        let first = try TestServer(listen: ["127.0.0.1:0"])
        #expect(throws: ServerError.self) { try TestServer(listen: ["\(first.address)"]) }
    }

    @Test func `an address of another host is refused with the mend`() throws {
        let error = try #require(throws: ServerError.self) {
            try TestServer(listen: ["192.0.2.1:0"])
        }
        #expect(error.description.contains("no interface of this host has the address"))
    }

    @Test func `what is queued is answered before the server stops`() throws {
        let server = try TestServer(listen: ["127.0.0.1:0"])
        let socket = try ClientSocket.udp(server.address)
        for id in 1...100 {
            socket.send(try query("web.shop.svc.cluster.local", id: UInt16(id)))
        }
        server.stop()
        var answered: Set<UInt16> = []
        while true {
            let octets = socket.receive(waits: false)
            guard !octets.isEmpty else { break }
            answered.insert(try Message(decoding: octets).header.id)
        }
        #expect(answered.count == 100)
        #expect(throws: (any Error).self) { try ClientSocket.tcp(server.address) }
    }
}
