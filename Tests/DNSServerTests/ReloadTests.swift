import Corefile
import DNSWire
import KubernetesModel
import Registry
import TestSupport
import Testing

@testable import DNSServer

@Suite("Starting and reloading")
struct ReloadTests {
    private static let cluster = "cluster.local {\n kubernetes\n}\n"
    private static let name = "web.shop.svc.cluster.local"

    @Test func `the default configuration serves the cluster's zone and its reverse zones`() throws
    {
        let server = try TestServer()
        #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
        let pointer = try server.ask("21.0.96.10.in-addr.arpa", .ptr)
        #expect(pointer.answerTexts == ["\(Self.name)."])
        #expect(try server.ask("1.2.3.4.in-addr.arpa", .ptr).header.responseCode == .refused)
    }

    @Test func `a new Corefile is served after a reload`() throws {
        let server = try TestServer(corefile: Self.cluster)
        #expect(try server.ask("example.org").header.responseCode == .refused)
        try server.reload(Self.cluster + "example.org {\n whoami\n}\n")
        #expect(try server.ask("example.org").header.responseCode == .noError)
        #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
        try server.reload("example.org {\n whoami\n}\n")
        #expect(try server.ask(Self.name).header.responseCode == .refused)
        #expect(try server.askTCP(Self.name).header.responseCode == .refused)
    }

    @Test(arguments: [
        ("cluster.local {\n kubernets\n}\n", "Corefile:2: unknown directive \"kubernets\""),
        ("cluster.local {\n kubernetes\n", "Corefile"),
        ("", "the Corefile has no server block"),
        ("grpc://example.org {\n whoami\n}\n", "grpc://: this transport is not in Martlet yet"),
        ("a.example a.example {\n whoami\n}\n", "already defined"),
    ])
    func `a bad Corefile is named with its place, and the old one goes on`(
        _ corefile: String,
        _ expected: String
    ) throws {
        let server = try TestServer(corefile: Self.cluster)
        let error = try #require(throws: CorefileErrors.self) { try server.reload(corefile) }
        #expect("\(error)".contains(expected), "\(error)")
        #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
        try server.reload(Self.cluster)
        #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
    }

    @Test func `a bad Corefile keeps the server from starting`() throws {
        #expect(throws: CorefileErrors.self) { try TestServer(corefile: "a {\n nonsense\n}\n") }
    }

    @Test func `a reload may ask for another view, and drop one`() throws {
        let server = try TestServer(corefile: Self.cluster)
        let other = "cluster.two {\n kubernetes {\n  endpoint_pod_names\n }\n}\n"
        for _ in 0..<3 {
            try server.reload(Self.cluster + other)
            #expect(try server.ask("web.shop.svc.cluster.two").answerTexts == ["10.96.0.21"])
            #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
            try server.reload(other)
            #expect(try server.ask("web.shop.svc.cluster.two").answerTexts == ["10.96.0.21"])
            try server.store.put([
                service("late", "clusterIP: 10.96.0.77, clusterIPs: [10.96.0.77]")
            ])
            try eventually {
                try server.ask("late.shop.svc.cluster.two").answerTexts == ["10.96.0.77"]
            }
            try server.store.remove(.service, "shop", "late")
            try server.reload(Self.cluster)
        }
        #expect(try server.ask("web.shop.svc.cluster.two").header.responseCode == .refused)
    }

    @Test func `without addresses to listen on, each port answers for the blocks that name it`()
        throws
    {
        let ports = try (0..<2).map { _ in try FreePort.choose() }
        let corefile = "a.test:\(ports[0]) {\n whoami\n}\nb.test:\(ports[1]) {\n whoami\n}\n"
        let server = try TestServer(corefile: corefile, listen: [])
        #expect(server.server.addresses.count == 4)
        for host in ["127.0.0.1", "127.0.0.3", "[::1]"] {
            for (port, name) in zip(ports, ["a.test", "b.test"]) {
                let place = try ListenAddress("\(host):\(port)")
                #expect(try server.ask(name, at: place).header.responseCode == .noError)
                let other = name == "a.test" ? "b.test" : "a.test"
                #expect(try server.ask(other, at: place).header.responseCode == .refused)
            }
        }
        let third = try FreePort.choose()
        try server.reload(corefile + "c.test:\(third) {\n whoami\n}\n")
        let place = try ListenAddress("127.0.0.1:\(third)")
        #expect(try server.ask("c.test", at: place).header.responseCode == .noError)
        try server.reload(corefile)
        #expect(server.server.addresses.count == 4)
        // Nothing holds the port any more.
        _ = try untilFree { try ClientSocket.occupying(place, stream: true) }
        _ = try untilFree { try ClientSocket.occupying(place, stream: false) }
    }

    @Test func `a port that another program has leaves everything as it was`() async throws {
        let (first, second) = (try FreePort.choose(), try FreePort.choose())
        let taken = try ClientSocket.occupying(try ListenAddress("127.0.0.1:0"), stream: true)
        let health = "health 127.0.0.1:\(second)"
        let corefile = "a.test:\(first) {\n bind 127.0.0.1\n whoami\n \(health)\n}\n"
        let server = try TestServer(corefile: corefile, listen: [])
        let place = try ListenAddress("127.0.0.1:\(first)")
        let bad = "b.test:\(taken.port) {\n bind 127.0.0.1\n kubernetes\n}\n"
        let other = "a.test:\(first) {\n bind 127.0.0.1\n erratic\n}\n"
        for corefile in [corefile + bad, other + bad, bad] {
            let error = try #require(throws: ServerError.self) { try server.reload(corefile) }
            #expect(error.message.contains("127.0.0.1:\(taken.port)"), "\(error)")
            #expect(error.mend.contains("another program has this port"))
            #expect(try server.ask("a.test", at: place).header.responseCode == .noError)
            #expect(server.server.addresses == [place])
            #expect(
                try await shell("curl -s http://127.0.0.1:\(second)/health") { $0 == "OK" } == "OK"
            )
            #expect(server.server.feeds.isEmpty)
        }
        _ = taken
    }

    @Test func `bind may come and go while the server answers`() throws {
        let port = try FreePort.choose()
        let server = try TestServer(corefile: "a.test:\(port) {\n whoami\n}\n", listen: [])
        let (one, two) = (
            try ListenAddress("127.0.0.1:\(port)"), try ListenAddress("127.0.0.2:\(port)")
        )
        for _ in 0..<2 {
            #expect(try server.ask("a.test", at: two).header.responseCode == .noError)
            try untilFree { try server.reload("a.test:\(port) {\n bind 127.0.0.1\n whoami\n}\n") }
            #expect(server.server.addresses == [one])
            #expect(try server.ask("a.test", at: one).header.responseCode == .noError)
            try untilFree { try server.reload("a.test:\(port) {\n whoami\n}\n") }
        }
    }

    @Test func `a Corefile is read again when it, or a file it imports, says something else`()
        throws
    {
        let imports = "import more.conf\n"
        let server = try TestServer(
            corefile: Self.cluster + imports + "reload.test {\n reload 2s 0s\n whoami\n}\n",
            files: ["more.conf": "a.test {\n whoami\n}\n"]
        )
        #expect(server.server.reloadInterval == .seconds(2))
        #expect(try !server.server.reloadIfChanged())
        try write("b.test {\n whoami\n}\n", to: "\(server.directory)/more.conf")
        #expect(try server.server.reloadIfChanged())
        #expect(try server.ask("b.test").header.responseCode == .noError)
        #expect(try server.ask("a.test").header.responseCode == .refused)
        try write("b.test {\n nonsense\n}\n", to: "\(server.directory)/more.conf")
        let error = try #require(throws: CorefileErrors.self) {
            try server.server.reloadIfChanged()
        }
        #expect("\(error)".contains("more.conf:2"), "\(error)")
        // Tried once, not again until it changes.
        #expect(try !server.server.reloadIfChanged())
        #expect(try server.ask("b.test").header.responseCode == .noError)
    }

    @Test func `no query is lost while the Corefile changes twenty times`() throws {
        let port = try FreePort.choose()
        func corefile(_ round: Int) -> String {
            let sockets = round.isMultiple(of: 3) ? "multisocket 3\n" : ""
            let idle = round.isMultiple(of: 2) ? "timeouts {\n idle 7s\n }\n" : ""
            let more = round.isMultiple(of: 4) ? "b.test:\(port) {\n whoami\n}\n" : ""
            return "cluster.local:\(port) {\n \(sockets) \(idle) kubernetes\n}\n" + more
        }
        let server = try TestServer(corefile: corefile(0), listen: [])
        let load = QueryLoad(
            port: port,
            question: try query(Self.name),
            datagramClients: 6,
            streamClients: 2
        )
        for round in 1...20 {
            try server.reload(corefile(round))
            load.waitForMore(20)
        }
        let result = load.end()
        #expect(result.losses == [])
        #expect(result.answered >= 400)
    }

    @Test func `questions during reloads are all answered`() throws {
        let server = try TestServer(corefile: Self.cluster)
        let socket = try ClientSocket.udp(server.address)
        let more = Self.cluster + "cluster.two {\n kubernetes {\n  endpoint_pod_names\n }\n}\n"
        for round in 0..<20 {
            for id in 1...20 { socket.send(try query(Self.name, id: UInt16(id))) }
            try server.reload(round % 2 == 0 ? more : Self.cluster)
            for _ in 1...20 {
                let reply = try Message(decoding: socket.receive())
                #expect(reply.answerTexts == ["10.96.0.21"])
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:53"), ("::1", "[::1]:53"), ("[::1]:1053", "[::1]:1053"),
        ("127.0.0.1:0", "127.0.0.1:0"), ("0.0.0.0:65535", "0.0.0.0:65535"),
    ])
    func `an address to listen on is read`(_ text: String, _ expected: String) throws {
        #expect(try ListenAddress(text).description == expected)
    }

    @Test(arguments: [
        ("", "no port is given"), ("localhost:53", "\"localhost\" is not an IP address"),
        ("127.0.0.1:", "the port is not a number from 0 to 65535"),
        ("127.0.0.1:65536", "the port is not a number from 0 to 65535"),
        ("::1:53x", "the port is not a number"), ("[::1]", "the port is not a number"),
        ("1::2:3:4:5:6:7:8:53", "an IPv6 address with a port stands in brackets"),
    ])
    func `what is no address to listen on is refused with the reason`(
        _ text: String,
        _ reason: String
    ) throws {
        let error = try #require(throws: ServerError.self) { try ListenAddress(text) }
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.description.contains("write 127.0.0.1:53 or [::1]:53"))
    }
}
