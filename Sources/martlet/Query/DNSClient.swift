import Addresses
import DNSWire
import Glibc

/// Asks one server, over UDP and, if the answer does not fit, over TCP.
struct DNSClient {
    /// An answer and how it came.
    struct Answer {
        /// The message's octets.
        var octets: [UInt8]
        /// The message.
        var message: Message
        /// Whether it came over TCP.
        var usedTCP: Bool
        /// The milliseconds between question and answer.
        var milliseconds: Int
    }

    /// The server's address.
    var address: IPAddress
    /// The server's port.
    var port: UInt16
    /// The longest time to wait for an answer.
    var timeoutMilliseconds: Int32
    /// How often to ask over UDP.
    var attempts: Int

    /// The server as `ADDRESS#PORT`, as dig writes it.
    var place: String { "\(address)#\(port)" }

    /// Asks a question.
    ///
    /// - Parameters:
    ///   - query: The question.
    ///   - onlyTCP: Whether not to try UDP.
    /// - Throws: ``Failure`` if no answer came.
    /// - Returns: The answer.
    func ask(_ query: Message, onlyTCP: Bool) throws -> Answer {
        let octets = try query.encoded()
        let start = ContinuousClock().now
        if !onlyTCP {
            for attempt in 1...max(1, attempts) {
                guard let reply = try askUDP(octets) else {
                    guard attempt < attempts else { throw noAnswer() }
                    continue
                }
                let answer = try read(reply, usedTCP: false, since: start)
                guard answer.message.header.isTruncated else { return answer }
                break
            }
        }
        return try read(try askTCP(octets), usedTCP: true, since: start)
    }

    private func read(
        _ octets: [UInt8],
        usedTCP: Bool,
        since start: ContinuousClock.Instant
    ) throws -> Answer {
        let spent = ContinuousClock().now - start
        do throws(WireError) {
            return Answer(
                octets: octets,
                message: try Message(decoding: octets),
                usedTCP: usedTCP,
                milliseconds: Int(spent / .milliseconds(1))
            )
        } catch {
            throw Failure("\(place) sent a message that is none (\(error))")
        }
    }

    private func noAnswer() -> Failure {
        Failure(
            "no answer from \(place): start the server, or name it with --server",
            status: .unavailable
        )
    }

    /// The reply to a datagram; nil if none came in time.
    private func askUDP(_ query: [UInt8]) throws -> [UInt8]? {
        let socket = try Socket(connectedTo: address, port, stream: false, timeoutMilliseconds)
        guard try socket.send(query) else { throw noAnswer() }
        let deadline = ContinuousClock().now + .milliseconds(Int(timeoutMilliseconds))
        while true {
            let left = Int32(max(0, (deadline - ContinuousClock().now) / .milliseconds(1)))
            guard socket.waitForInput(milliseconds: left) else { return nil }
            guard let reply = socket.receive(65_535) else { throw noAnswer() }
            // Only the answer to this query counts (RFC 5452 §9.1).
            if reply.count >= 12, reply.prefix(2) == query.prefix(2) { return reply }
        }
    }

    private func askTCP(_ query: [UInt8]) throws -> [UInt8] {
        let socket = try Socket(connectedTo: address, port, stream: true, timeoutMilliseconds)
        let prefix = [UInt8(query.count >> 8), UInt8(query.count & 0xFF)]
        guard try socket.send(prefix + query) else { throw noAnswer() }
        var received: [UInt8] = []
        while true {
            if received.count >= 2 {
                let count = Int(received[0]) << 8 | Int(received[1])
                if received.count >= count + 2 { return Array(received[2..<(count + 2)]) }
            }
            guard socket.waitForInput(milliseconds: timeoutMilliseconds),
                let more = socket.receive(65_535), !more.isEmpty
            else { throw noAnswer() }
            received += more
        }
    }
}
