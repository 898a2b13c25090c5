import PortForward
import Registry
import Synchronization
import TestSupport
import Testing

@Suite("A forwarded connection")
struct RelayTests {
    private static func forwarding(_ server: PodServer, countMax: Int = 100) throws -> Forwarding {
        try Forwarding(
            try Forwarding.registry(
                Forwarding.service,
                Forwarding.pod("a", "127.0.0.2", port: server.port)
            ),
            connectionCountMax: countMax
        )
    }

    @Test func `a side that has sent all still gets the answer`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let forwarding = try Self.forwarding(server)
        #expect(try forwarding.ask("hello") == "a got 5")
        // Gone before there can be a backend, what it sent arrives all the same.
        let quick = try forwarding.connect()
        try quick.send(Array(repeating: 7, count: 100_000))
        quick.finish()
        #expect(try quick.text() == "a got 100000")
        let port = try #require(forwarding.localPorts.first)
        #expect(forwarding.told.filter { $0 == .connection(local: port) }.count == 2)
    }

    @Test func `a pod that has sent all still gets the rest`() throws {
        let received = Mutex("")
        let server = try PodServer("127.0.0.2") { peer in
            try peer.send("bye")
            peer.finish()
            let text = try peer.text()
            received.withLock { $0 = text }
        }
        let forwarding = try Self.forwarding(server)
        let peer = try forwarding.connect()
        #expect(try peer.text() == "bye")
        try peer.send("and more")
        peer.finish()
        try eventually("the pod has got all") { !received.withLock { $0 }.isEmpty }
        #expect(received.withLock { $0 } == "and more")
    }

    @Test(arguments: [1, 1000, 20_000_000])
    func `what is sent comes back as it was`(_ count: Int) throws {
        let server = try PodServer("127.0.0.2") { peer in
            while case let next = try peer.receive(), !next.isEmpty { try peer.send(next) }
        }
        let forwarding = try Self.forwarding(server)
        let peer = try forwarding.connect()
        let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 251) }
        let sending = EndingBox()
        sending.run {
            try peer.send(octets)
            peer.finish()
        }
        #expect(try peer.receiveAll() == octets)
        #expect(sending.wait() == nil)
    }

    @Test func `who doesn't read keeps the other from sending, and loses nothing`() throws {
        let sent = Mutex<Int?>(nil)
        let server = try PodServer("127.0.0.2") { peer in
            let count = try peer.sendUntilStalled(octetsMax: 300 << 20)
            sent.withLock { $0 = count }
        }
        let forwarding = try Self.forwarding(server)
        let peer = try forwarding.connect()
        try eventually("the pod can send no more") { sent.withLock { $0 } != nil }
        let count = try #require(sent.withLock { $0 })
        // Four queues of the kernel, of at most 6 MB each, and 256 KB here.
        #expect(count > 0 && count < 100 << 20)
        let octets = try peer.receiveAll()
        #expect(octets.count == count)
        let isSame = octets.indices.allSatisfy {
            octets[$0] == UInt8(truncatingIfNeeded: $0 % 65_536 / 251)
        }
        #expect(isSame)
    }

    @Test func `a pod that breaks off is no orderly end`() throws {
        let server = try PodServer("127.0.0.2") { peer in
            try peer.send("half of ")
            _ = try peer.receive(1)
            peer.breakOff()
        }
        let forwarding = try Self.forwarding(server)
        let peer = try forwarding.connect()
        #expect(String(decoding: try peer.receive(), as: UTF8.self) == "half of ")
        try peer.send("x")
        #expect(throws: Trouble.self) { try peer.receiveAll() }
    }

    @Test func `more connections than are allowed wait for their turn`() throws {
        let server = try PodServer("127.0.0.2") { peer in
            while case let next = try peer.receive(), !next.isEmpty { try peer.send(next) }
        }
        let forwarding = try Self.forwarding(server, countMax: 2)
        var peers: [Peer] = []
        for _ in 0..<5 { peers.append(try forwarding.connect()) }
        for peer in peers { try peer.send("x") }
        // Whichever two are first, they are served; the others wait in the kernel's queue.
        for peer in peers.prefix(2) { #expect(try peer.receive() == [0x78]) }
        for round in 0..<100 {
            try peers[round % 2].send("y")
            #expect(try peers[round % 2].receive() == [0x79])
            #expect(server.count == 2)
        }
        while peers.count > 2 {
            peers.removeFirst()
            #expect(try peers[1].receive() == [0x78])
        }
        #expect(server.count == 5)
    }

    @Test func `a hundred connections at once are a hundred answers`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let forwarding = try Self.forwarding(server)
        var peers: [Peer] = []
        for _ in 0..<100 { peers.append(try forwarding.connect()) }
        for (index, peer) in peers.enumerated() {
            try peer.send(Array(repeating: 1, count: index))
            peer.finish()
        }
        for (index, peer) in peers.enumerated() { #expect(try peer.text() == "a got \(index)") }
    }

    @Test func `stopped, it closes what is open and listens no more`() throws {
        let server = try PodServer("127.0.0.2") { _ = try $0.receiveAll() }
        let forwarding = try Self.forwarding(server)
        let peer = try forwarding.connect()
        try peer.send("x")
        let port = try #require(forwarding.localPorts.first)
        forwarding.stop()
        #expect((try? peer.receive())?.isEmpty ?? true)
        try eventually("nobody listens") { (try? Peer(to: port)) == nil }
        #expect(throws: Trouble.self) { try Peer(to: port) }
    }
}
