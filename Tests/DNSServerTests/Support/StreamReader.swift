/// Takes the messages of a connection apart.
final class StreamReader {
    let socket: ClientSocket
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ socket: ClientSocket) {
        self.socket = socket
    }

    /// The next message; nil when the connection has ended, or nothing came for 10 s.
    func next() -> [UInt8]? {
        guard let head = take(2) else { return nil }
        return take(Int(head[0]) << 8 | Int(head[1]))
    }

    private func take(_ count: Int) -> [UInt8]? {
        while buffer.count - start < count {
            let more = socket.receive()
            guard !more.isEmpty else { return nil }
            buffer.removeFirst(start)
            start = 0
            buffer += more
        }
        defer { start += count }
        return Array(buffer[start..<(start + count)])
    }
}

/// A message with its length in front (RFC 1035 §4.2.2).
func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
}
