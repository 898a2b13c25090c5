import Addresses
import Glibc
import Testing

@testable import DNSServer

/// A client's socket, closed when nobody holds it any more; no call waits longer than a minute.
final class ClientSocket {
    let descriptor: Int32
    private(set) var hasEnded = false

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        set(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: 60, tv_usec: 0))
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// A datagram socket; connected, so that it takes replies from the address alone that it asks.
    static func udp(_ address: ListenAddress, isConnected: Bool = true) throws -> ClientSocket {
        let socket = try make(address, Int32(SOCK_DGRAM.rawValue))
        if isConnected { try socket.connect(address) }
        return socket
    }

    /// A connection; with `receiveOctets`, to a client that the kernel helps little.
    static func tcp(_ address: ListenAddress, receiveOctets: Int32? = nil) throws -> ClientSocket {
        let socket = try make(address, Int32(SOCK_STREAM.rawValue))
        if let receiveOctets { socket.set(SOL_SOCKET, SO_RCVBUF, receiveOctets) }
        socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
        try socket.connect(address)
        return socket
    }

    /// A socket that has a port, and for streams a queue, as another program would.
    static func occupying(_ address: ListenAddress, stream: Bool) throws -> ClientSocket {
        let kind = stream ? SOCK_STREAM : SOCK_DGRAM
        let socket = try make(address, Int32(kind.rawValue))
        let code = unsafe address.withSocketAddress { unsafe bind(socket.descriptor, $0, $1) }
        guard code == 0 else { throw Failure(what: unsafe String(cString: strerror(errno))) }
        if stream { try #require(listen(socket.descriptor, 1) == 0) }
        return socket
    }

    private static func make(_ address: ListenAddress, _ kind: Int32) throws -> ClientSocket {
        let family = address.address.isIPv4 ? AF_INET : AF_INET6
        // Programs that tests start must not hold a connection open.
        let descriptor = socket(family, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        return ClientSocket(descriptor)
    }

    private func connect(_ address: ListenAddress) throws {
        let code = unsafe address.withSocketAddress { unsafe Glibc.connect(descriptor, $0, $1) }
        guard code == 0 else { throw Failure(what: "connect to \(address): errno \(errno)") }
    }

    private func set<Option: BitwiseCopyable>(_ level: Int32, _ name: Int32, _ value: Option) {
        var value = value
        let size = socklen_t(MemoryLayout<Option>.size)
        _ = unsafe setsockopt(descriptor, level, name, &value, size)
    }

    /// The port that the kernel chose for this socket.
    var port: UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            _ = unsafe getsockname(descriptor, raw.assumingMemoryBound(to: sockaddr.self), &size)
            return unsafe clientAddress(raw).port
        }
    }

    /// Sends all octets; false if the other side is gone.
    @discardableResult
    func send(_ octets: some Collection<UInt8>) -> Bool {
        let octets = Array(octets)
        var offset = 0
        repeat {
            let count = unsafe octets[offset...].withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor,
                    $0.baseAddress,
                    $0.count,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count >= 0 else { return false }
            offset += count
        } while offset < octets.count
        return true
    }

    /// Sends a datagram from a socket that is not connected.
    func send(_ octets: [UInt8], to address: ListenAddress) {
        _ = unsafe address.withSocketAddress { pointer, size in
            unsafe sendto(descriptor, octets, octets.count, 0, pointer, size)
        }
    }

    /// Receives a datagram, or what a stream has; empty if nothing came, or at the end.
    func receive(waits: Bool = true) -> [UInt8] {
        receiveWithSource(waits: waits).octets
    }

    /// Receives a datagram, and from where.
    func receiveWithSource(waits: Bool = true) -> (octets: [UInt8], source: IPAddress) {
        var buffer = [UInt8](repeating: 0, count: 66_000)
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = waits ? 0 : Int32(MSG_DONTWAIT)
        var source = IPAddress(ipv4: 0)
        let count = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            let name = unsafe raw.assumingMemoryBound(to: sockaddr.self)
            let count = unsafe recvfrom(descriptor, &buffer, buffer.count, flags, name, &size)
            if count >= 0, size > 0 { source = unsafe clientAddress(raw).address }
            return count
        }
        if count == 0 || (count < 0 && errno == ECONNRESET) { hasEnded = true }
        return (Array(buffer[..<max(0, count)]), source)
    }

    /// Says that nothing more will be sent.
    func endSending() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }
}
