internal import Addresses
internal import Corefile

/// A request for `/health` that the process sends itself.
///
/// Each is a connection of its own, so that accepting one is part of what is looked at.
struct HealthRequest: Sendable, CustomStringConvertible {
    /// Seconds that a step of a request may take (CoreDNS: 3 for all of it).
    private static let stepSeconds = 3
    /// Octets of a reply that are looked at: the status line begins with fewer.
    private static let replyOctetsMax = 512
    /// How the reply of a process that lives begins.
    private static let expected = Array("HTTP/1.1 200 ".utf8)

    private let server: ServerEndpoint
    private let octets: [UInt8]

    /// Prepares a request to an address; all addresses, which nil means, include the loopback.
    init(address: IPAddress?, port: UInt16) {
        let isAny = address.map { $0.high == 0 && $0.low == 0 } ?? true
        let loopback =
            address?.isIPv4 == false
            ? IPAddress(ipv6High: 0, low: 1) : IPAddress(ipv4: 0x7F00_0001)
        server = ServerEndpoint(
            address: isAny ? loopback : address ?? loopback,
            port: port
        )
        octets = Array("GET /health HTTP/1.1\r\nHost: \(server)\r\nConnection: close\r\n\r\n".utf8)
    }

    /// The URL.
    var description: String { "http://\(server)/health" }

    /// Sends the request and waits for the reply; why it failed, nil if it didn't.
    func failure() -> String? {
        do throws(WireTransferError) {
            let socket = try BlockingSocket(.tcp, to: server, stepSeconds: Self.stepSeconds)
            try socket.send(octets)
            var reply: [UInt8] = []
            while reply.count < Self.expected.count {
                let part = try socket.receive(Self.replyOctetsMax)
                guard !part.isEmpty else { break }
                reply += part
            }
            guard reply.starts(with: Self.expected) else { return "the reply is not 200 OK" }
            return nil
        } catch {
            return error.description
        }
    }
}
