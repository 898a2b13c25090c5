import Addresses
import Glibc

/// A connected socket that closes itself.
final class Socket {
    private let descriptor: Int32
    private let place: String

    /// Connects to a server, over TCP or UDP.
    init(
        connectedTo address: IPAddress,
        _ port: UInt16,
        stream: Bool,
        _ timeoutMilliseconds: Int32
    ) throws {
        place = "\(address)#\(port)"
        let family = address.isIPv4 ? AF_INET : AF_INET6
        let type = stream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw Failure("cannot open a socket (errno \(errno))", status: .unavailable)
        }
        var limit = timeval()
        limit.tv_sec = Int(timeoutMilliseconds) / 1000
        limit.tv_usec = Int(timeoutMilliseconds) % 1000 * 1000
        // SAFETY: the option's value is the structure whose size is given.
        _ = unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        guard connect(to: address, port) == 0 else {
            throw Socket.failure(place, errno)
        }
    }

    deinit { close(descriptor) }

    private func connect(to address: IPAddress, _ port: UInt16) -> Int32 {
        if address.isIPv4 {
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = port.bigEndian
            target.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
            return Socket.connect(descriptor, &target)
        }
        var target = sockaddr_in6()
        target.sin6_family = sa_family_t(AF_INET6)
        target.sin6_port = port.bigEndian
        // SAFETY: the address structure has room for the 16 octets that are copied.
        unsafe withUnsafeMutableBytes(of: &target.sin6_addr) { bytes in
            unsafe bytes.copyBytes(from: address.octets)
        }
        return Socket.connect(descriptor, &target)
    }

    private static func connect<Target>(_ descriptor: Int32, _ target: inout Target) -> Int32 {
        // SAFETY: the structure is one of the family's addresses, and its size is given.
        unsafe withUnsafeBytes(of: &target) { bytes in
            unsafe bytes.withMemoryRebound(to: sockaddr.self) { addresses in
                unsafe Glibc.connect(
                    descriptor,
                    addresses.baseAddress,
                    socklen_t(MemoryLayout<Target>.size)
                )
            }
        }
    }

    /// Sends octets; false if nobody listens.
    func send(_ octets: [UInt8]) throws -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            // SAFETY: the call reads at most the count that it is given.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == ECONNREFUSED { return false }
            guard count > 0 else { throw Socket.failure(place, errno) }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Waits until something came; false once the time is over.
    func waitForInput(milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure is passed, and its count.
        return unsafe poll(&request, 1, milliseconds) > 0
    }

    /// Receives what came, at most `limit` octets; nil after an error.
    func receive(_ limit: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        // SAFETY: the call writes at most the count that it is given.
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
        }
        return count >= 0 ? Array(buffer[..<count]) : nil
    }

    private static func failure(_ place: String, _ code: Int32) -> Failure {
        // SAFETY: the text is copied before another call on this thread can change it.
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return Failure(
            "cannot reach \(place): \(reason); start the server, or name it with --server",
            status: .unavailable
        )
    }
}
