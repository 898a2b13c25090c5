internal import Glibc

/// A client's socket towards a port of 127.0.0.1, closed with this object.
///
/// No call waits longer than a minute: on a busy machine an answer may take its time.
public final class LoopbackClient {
    private let descriptor: Int32
    private let isStream: Bool

    private init(_ port: UInt16, isStream: Bool) throws(MissingResource) {
        self.isStream = isStream
        let kind = isStream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw MissingResource("socket: errno \(errno)") }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let reason = errno
            close(descriptor)
            throw MissingResource("connect to 127.0.0.1:\(port): errno \(reason)")
        }
    }

    deinit { close(descriptor) }

    /// A socket for datagrams, which takes them from that port alone.
    public static func udp(_ port: UInt16) throws(MissingResource) -> LoopbackClient {
        try LoopbackClient(port, isStream: false)
    }

    /// A connection for messages with their lengths in front (RFC 1035 §4.2.2).
    public static func tcp(_ port: UInt16) throws(MissingResource) -> LoopbackClient {
        try LoopbackClient(port, isStream: true)
    }

    /// Whether the other side has closed the connection.
    public var isAtEnd: Bool {
        var octet: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        let count = unsafe recv(descriptor, &octet, 1, flags)
        return count == 0 || (count < 0 && errno != EAGAIN)
    }

    /// Sends a message; false if the other side is gone.
    @discardableResult
    public func send(_ message: [UInt8]) -> Bool {
        let octets =
            isStream
            ? [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message : message
        let count = unsafe Glibc.send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL))
        return count == octets.count
    }

    /// Receives a message; nil at the end, or if nothing comes.
    public func receive() -> [UInt8]? {
        guard isStream else { return take(atMost: 65_536, isWhole: false) }
        guard let head = take(atMost: 2, isWhole: true) else { return nil }
        return take(atMost: Int(head[0]) << 8 | Int(head[1]), isWhole: true)
    }

    private func take(atMost limit: Int, isWhole: Bool) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: limit)
        let flags = isWhole ? Int32(MSG_WAITALL) : 0
        let count = unsafe recv(descriptor, &octets, limit, flags)
        guard isWhole ? count == limit : count > 0 else { return nil }
        return Array(octets[..<count])
    }
}

/// Something of the system that a test needs and does not get.
public struct MissingResource: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
