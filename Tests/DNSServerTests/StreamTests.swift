import DNSWire
import Glibc
import NIOCore
import TestSupport
import Testing

@testable import DNSServer

@Suite("Connections (RFC 1035 §4.2.2, RFC 7766)")
struct StreamTests {
    private static let name = "web.shop.svc.cluster.local"
    private static let large = "db.shop.svc.cluster.local"

    private func limits(idle: TimeAmount = .seconds(30), count: Int = 100) -> StreamLimits {
        var limits = StreamLimits()
        limits.idleTime = idle
        limits.connectionCountMax = count
        return limits
    }

    @Test func `a hundred queries in one write are answered in their order`() throws {
        let server = try TestServer()
        let socket = try ClientSocket.tcp(server.address)
        let reader = StreamReader(socket)
        socket.send(try (1...100).flatMap { framed(try query(Self.name, id: $0)) })
        for id in 1...100 {
            let reply = try Message(decoding: try #require(reader.next()))
            #expect(reply.header.id == id)
            #expect(reply.answerTexts == ["10.96.0.21"])
        }
    }

    @Test func `a message of 64 KiB that comes octet by octet is answered`() throws {
        let server = try TestServer()
        let socket = try ClientSocket.tcp(server.address)
        // OPT (RFC 7830 padding) fills the message to what the length field can say.
        let rest = try query(Self.name).count + 11 + 4
        let padding = EDNS.Option(
            code: OptionCode(rawValue: 12),
            data: [UInt8](repeating: 0, count: 65_535 - rest)
        )
        let message = try query(Self.name, edns: EDNS(options: [padding]))
        #expect(message.count == 65_535)
        for octet in framed(message) { socket.send([octet]) }
        let reader = StreamReader(socket)
        let reply = try Message(decoding: try #require(reader.next()))
        #expect(reply.answerTexts == ["10.96.0.21"])
    }

    @Test func `who reads nothing costs little, and others are answered`() throws {
        let server = try TestServer(limits: limits(idle: .seconds(2)))
        _ = try server.askTCP(Self.large)
        let before = try residentOctets()
        // 10,000 replies of 16 KB each.
        let socket = try ClientSocket.tcp(server.address, receiveOctets: 4096)
        socket.send(try (1...10_000).flatMap { framed(try query(Self.large, id: $0)) })
        for _ in 0..<100 {
            #expect(try server.askTCP(Self.name).answerTexts == ["10.96.0.21"])
            #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
        }
        // Kept, they would be 160 MB; other tests use memory of the same process.
        #expect(try residentOctets() - before < 120 << 20)
        // No query is answered for the idle time: the connection ends, with what was under way.
        try eventually { server.server.connections.count == 0 }
        var received = 0
        while true {
            let octets = socket.receive()
            received += octets.count
            guard !octets.isEmpty else { break }
        }
        #expect(received < 10_000 * 16_000)
    }

    @Test func `who reads slowly gets everything, in order`() throws {
        let server = try TestServer(limits: limits())
        let socket = try ClientSocket.tcp(server.address, receiveOctets: 65_536)
        let reader = StreamReader(socket)
        socket.send(try (1...300).flatMap { framed(try query(Self.large, id: $0)) })
        for id in 1...300 {
            let octets = try #require(reader.next())
            #expect(octets.count > 16_000)
            #expect(UInt16(octets[0]) << 8 | UInt16(octets[1]) == id)
        }
    }

    @Test(arguments: [3, 200])
    func `who ends its side gets all replies, then the end`(_ count: UInt16) throws {
        let server = try TestServer(limits: limits())
        let socket = try ClientSocket.tcp(server.address, receiveOctets: 65_536)
        let reader = StreamReader(socket)
        socket.send(try (1...count).flatMap { framed(try query(Self.large, id: $0)) } + [0])
        socket.endSending()
        for id in 1...count {
            let octets = try #require(reader.next(), "reply \(id)")
            #expect(UInt16(octets[0]) << 8 | UInt16(octets[1]) == id)
        }
        #expect(reader.next() == nil)
        #expect(socket.hasEnded)
    }

    @Test(arguments: [[], [0], [0, 40, 1, 2, 3]] as [[UInt8]])
    func `a connection without a whole query is closed after the idle time`(
        _ octets: [UInt8]
    )
        throws
    {
        let server = try TestServer(limits: limits(idle: .milliseconds(100)))
        let socket = try ClientSocket.tcp(server.address)
        if !octets.isEmpty { socket.send(octets) }
        #expect(socket.receive().isEmpty)
        #expect(socket.hasEnded)
    }

    @Test func `a connection ends after its total time, however busy`() throws {
        var limits = limits()
        limits.totalTime = .milliseconds(500)
        let server = try TestServer(limits: limits)
        let socket = try ClientSocket.tcp(server.address)
        let reader = StreamReader(socket)
        let question = framed(try query(Self.name))
        // Without the bound this would go on for ever.
        repeat { socket.send(question) } while reader.next() != nil
        #expect(socket.hasEnded)
    }

    @Test func `what has come in is answered before the server stops`() throws {
        let server = try TestServer(limits: limits())
        let idle = try ClientSocket.tcp(server.address)
        let busy = StreamReader(try ClientSocket.tcp(server.address))
        busy.socket.send(try (1...20).flatMap { framed(try query(Self.large, id: $0)) })
        #expect(busy.next() != nil)
        server.stop()
        for id in 2...20 { #expect(busy.next() != nil, "reply \(id)") }
        #expect(busy.next() == nil)
        #expect(busy.socket.hasEnded)
        #expect(idle.receive().isEmpty)
        #expect(idle.hasEnded)
    }

    @Test func `who reads nothing can't keep the server from stopping`() throws {
        var limits = limits()
        limits.drainTime = .milliseconds(100)
        let server = try TestServer(limits: limits)
        let socket = try ClientSocket.tcp(server.address, receiveOctets: 4096)
        socket.send(try (1...2_000).flatMap { framed(try query(Self.large, id: $0)) })
        #expect(StreamReader(socket).next() != nil)
        server.stop()
    }

    @Test func `one connection too many is closed, and taken when there is room`() throws {
        let server = try TestServer(limits: limits(count: 2))
        let question = framed(try query(Self.name))
        var open: [StreamReader] = []
        for _ in 0..<2 {
            let reader = StreamReader(try ClientSocket.tcp(server.address))
            reader.socket.send(question)
            #expect(reader.next() != nil)
            open.append(reader)
        }
        let third = try ClientSocket.tcp(server.address)
        #expect(third.receive().isEmpty)
        #expect(third.hasEnded)
        // The others go on, and datagrams do not care.
        open[0].socket.send(question)
        #expect(open[0].next() != nil)
        #expect(try server.ask(Self.name).answerTexts == ["10.96.0.21"])
        open.removeLast()
        try eventually {
            let reader = StreamReader(try ClientSocket.tcp(server.address))
            return reader.socket.send(question) && reader.next() != nil
        }
    }

    @Test(
        arguments: [[0, 0], [0, 3, 1, 2, 3], [0, 12, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
            as [[UInt8]]
    )
    func `what is no query ends the connection behind the replies`(_ garbage: [UInt8]) throws {
        let server = try TestServer(limits: limits())
        let socket = try ClientSocket.tcp(server.address)
        let reader = StreamReader(socket)
        let question = framed(try query(Self.name))
        socket.send(question + question + garbage + question)
        #expect(reader.next() != nil)
        #expect(reader.next() != nil)
        #expect(reader.next() == nil)
        #expect(socket.hasEnded)
    }

    @Test func `more than NIO's hundred and odd connections may queue up to be accepted`() throws {
        let server = try TestServer()
        let sockets = server.server.listeners.values.flatMap(\.sockets)
        let socket = try #require(sockets.first { $0.kind == .stream })
        var information = [UInt32](repeating: 0, count: 64)
        var octets = socklen_t(information.count * 4)
        let protocolNumber = Int32(IPPROTO_TCP)
        let code = unsafe getsockopt(
            socket.descriptor,
            protocolNumber,
            TCP_INFO,
            &information,
            &octets
        )
        #expect(code == 0)
        // Of a listening socket, `tcpi_sacked` of linux/tcp.h is the longest queue.
        #expect(information[7] > 128)
    }
}
