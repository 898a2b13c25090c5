import DNSWire
import TestSupport
import Testing

@testable import DNSServer

@Suite("Hostile datagrams")
struct DatagramTests {
    private static let name = "web.shop.svc.cluster.local"

    @Test func `every prefix of a query gets FORMERR, or nothing if it has no header`() throws {
        let server = try TestServer()
        let whole = try query(Self.name, id: 77, edns: EDNS())
        let socket = try ClientSocket.udp(server.address)
        for count in 0..<whole.count {
            socket.send(whole[..<count])
            if count < 12 { continue }
            let reply = try Message(decoding: socket.receive())
            #expect(reply.header.responseCode == .formatError, "\(count) octets")
            #expect(reply.header.id == 77)
        }
    }

    @Test(arguments: [4_096, 4_097, 9_000, 60_000])
    func `a datagram of any length is answered`(_ count: Int) throws {
        let server = try TestServer()
        let rest = try query(Self.name).count + 11 + 4
        let padding = EDNS.Option(
            code: OptionCode(rawValue: 12),
            data: [UInt8](repeating: 0, count: count - rest)
        )
        let socket = try ClientSocket.udp(server.address)
        socket.send(try query(Self.name, edns: EDNS(options: [padding])))
        let reply = try Message(decoding: socket.receive())
        #expect(reply.header.responseCode == (count <= 4_096 ? .noError : .formatError))
    }

    @Test func `a message behind which more octets come than are read is malformed`() throws {
        let server = try TestServer()
        let rest = try query(Self.name).count + 11 + 4
        let padding = EDNS.Option(
            code: OptionCode(rawValue: 12),
            data: [UInt8](repeating: 0, count: 4_096 - rest)
        )
        let socket = try ClientSocket.udp(server.address)
        socket.send(try query(Self.name, edns: EDNS(options: [padding])) + [1, 2, 3])
        #expect(try Message(decoding: socket.receive()).header.responseCode == .formatError)
    }

    @Test func `200,000 hostile datagrams cost no memory, and the server goes on`() throws {
        let server = try TestServer()
        let socket = try ClientSocket.udp(server.address)
        var generator = SeededGenerator(seed: 7)
        let plain = try query(Self.name, edns: EDNS(isDNSSECOK: true))
        /// Sends as many as the kernel surely queues, then waits for the answer to a good one.
        func round(_ number: Int) throws {
            for _ in 0..<99 {
                var octets = plain
                if generator.next() % 4 == 0 {
                    octets = (0..<Int.random(in: 0...120, using: &generator)).map { _ in
                        UInt8(truncatingIfNeeded: generator.next())
                    }
                } else {
                    for _ in 0..<3 {
                        let place = Int.random(in: 2..<octets.count, using: &generator)
                        octets[place] = UInt8(truncatingIfNeeded: generator.next())
                    }
                }
                socket.send(octets)
                _ = socket.receive(waits: false)
            }
            let id = UInt16(truncatingIfNeeded: 10_000 + number)
            socket.send(try query(Self.name, id: id))
            while true {
                let octets = socket.receive()
                try #require(!octets.isEmpty)
                if UInt16(octets[0]) << 8 | UInt16(octets[1]) == id { break }
            }
        }
        for number in 0..<200 { try round(number) }
        // Other tests use memory of the same process: what is lost here is lost in each part.
        let growth = try (0..<6).map { part in
            let before = try residentOctets()
            for number in 0..<300 { try round(200 + part * 300 + number) }
            return try residentOctets() - before
        }
        #expect(try #require(growth.min()) < 8 << 20, "\(growth)")
        #expect(try server.askTCP(Self.name).answerTexts == ["10.96.0.21"])
    }
}
