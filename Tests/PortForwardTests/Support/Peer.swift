import Addresses
import Glibc
import Synchronization

/// A test that cannot go on, and why.
struct Trouble: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// One end of a TCP connection, used by one thread at a time; calls give up after a minute.
final class Peer: Sendable {
    let descriptor: Int32

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        // Blocked for so long, a test fails instead of hanging.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    /// Connects to a port of 127.0.0.1.
    convenience init(to port: UInt16) throws {
        self.init(adopting: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        let code = unsafe withAddress("127.0.0.1", port) { unsafe connect(descriptor, $0, $1) }
        guard code == 0 else { throw Trouble("connect: errno \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ octets: [UInt8]) throws {
        var sent = 0
        while sent < octets.count {
            let count = unsafe octets[sent...].withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Peer.quiet)
            }
            guard count > 0 else { throw Trouble("send: errno \(errno)") }
            sent += count
        }
    }

    /// Ends the sending.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Lets the other end see an error when this one is dropped.
    func breakOff() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
    }

    /// Sends a pattern until the other side takes no more for half a second, at most so much.
    ///
    /// - Returns: The octets that were taken.
    func sendUntilStalled(octetsMax: Int) throws -> Int {
        let block = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 / 251) }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        defer { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
        var sent = 0
        while sent < octetsMax {
            var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&polled, 1, 500) > 0 else { return sent }
            let from = sent % block.count
            let count = unsafe block[from...].withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Peer.quiet)
            }
            guard count > 0 || errno == EAGAIN else { throw Trouble("send: errno \(errno)") }
            sent += max(0, count)
        }
        return sent
    }

    private static let quiet = Int32(MSG_NOSIGNAL)

    /// What comes next: at most so many octets, none at the end.
    func receive(_ countMax: Int = 65_536) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: countMax)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Trouble("recv: errno \(errno)") }
        return Array(buffer[..<count])
    }

    /// All that comes until the end.
    func receiveAll() throws -> [UInt8] {
        var octets: [UInt8] = []
        while case let next = try receive(), !next.isEmpty { octets += next }
        return octets
    }

    /// All that comes until the end, as text.
    func text() throws -> String { String(decoding: try receiveAll(), as: UTF8.self) }
}

/// Calls `body` with an IPv4 address as the kernel takes it.
func withAddress(
    _ text: String,
    _ port: UInt16,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(IPAddress(text)?.low ?? 0).bigEndian
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
