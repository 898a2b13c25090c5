internal import Addresses
internal import Corefile
internal import Glibc

/// Why nothing came of a talk with another server.
struct WireTransferError: Error, CustomStringConvertible {
    /// The reason.
    let description: String

    /// Names a reason.
    init(_ description: String) { self.description = description }

    /// Names the system call that just failed.
    static func system(_ call: String) -> WireTransferError {
        // SAFETY: the text is copied before another call on this thread can change it.
        WireTransferError("\(call): \(unsafe String(cString: strerror(errno)))")
    }
}

/// A socket of a thread that may wait, but not for long: each step has a bound.
@safe
struct BlockingSocket: ~Copyable {
    /// What goes over the socket.
    enum Kind {
        /// A stream.
        case tcp
        /// Datagrams.
        case udp
    }

    private let descriptor: Int32
    /// When the talk must be over, however small the steps are that it takes.
    private let deadline = ContinuousClock.now + .seconds(Limits.transferSecondsMax)

    /// Connects to a server.
    init(
        _ kind: Kind,
        to server: ServerEndpoint,
        from source: IPAddress? = nil,
        stepSeconds: Int = Limits.transferStepSeconds
    ) throws(WireTransferError) {
        let family = server.address.isIPv4 ? AF_INET : AF_INET6
        let type = kind == .tcp ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket") }
        do throws(WireTransferError) {
            try BlockingSocket.connect(descriptor, server, source, stepSeconds)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    private static func connect(
        _ descriptor: Int32,
        _ server: ServerEndpoint,
        _ source: IPAddress?,
        _ stepSeconds: Int
    ) throws(WireTransferError) {
        var time = timeval(tv_sec: stepSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        // SAFETY: both options take a timeval, which outlives the calls.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        if let source {
            guard source.isIPv4 == server.address.isIPv4 else {
                throw WireTransferError("the source \(source) is of another family than \(server)")
            }
            let place = ServerEndpoint(address: source, port: 0)
            // SAFETY: the address is lent for the call.
            let code = unsafe withAddress(place) { unsafe bind(descriptor, $0, $1) }
            guard code == 0 else { throw .system("bind") }
        }
        // SAFETY: the address is lent for the call.
        let code = unsafe withAddress(server) { unsafe Glibc.connect(descriptor, $0, $1) }
        guard code == 0 else { throw .system("connect") }
    }

    deinit { close(descriptor) }

    /// Sends octets, all of them.
    borrowing func send(_ octets: [UInt8]) throws(WireTransferError) {
        var offset = 0
        while offset < octets.count {
            // SAFETY: the octets outlive the call, which reads at most their count.
            let count = unsafe octets[offset...].withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("send") }
            offset += count
        }
    }

    /// Receives at most `limit` octets; none if the other side has ended.
    borrowing func receive(_ limit: Int) throws(WireTransferError) -> [UInt8] {
        var failure: Int32 = 0
        // SAFETY: `recv` writes at most `buffer.count` octets; as many as it says are taken.
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, taken in
            var count = -1
            repeat {
                unsafe count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            } while count < 0 && errno == EINTR
            if count < 0 { failure = errno }
            taken = max(0, count)
        }
        guard failure == 0 else {
            errno = failure
            throw failure == EAGAIN ? WireTransferError("no answer in time") : .system("recv")
        }
        return octets
    }

    /// Receives exactly `count` octets.
    borrowing func receive(exactly count: Int) throws(WireTransferError) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(count)
        while octets.count < count {
            guard ContinuousClock.now < deadline else {
                throw WireTransferError("it took longer than \(Limits.transferSecondsMax) s")
            }
            let part = try receive(count - octets.count)
            guard !part.isEmpty else { throw WireTransferError("the connection ended too early") }
            octets += part
        }
        return octets
    }

    /// Lends an address in the kernel's form.
    private static func withAddress(
        _ place: ServerEndpoint,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        if place.address.isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = place.port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: place.address.low).bigEndian
            // SAFETY: a sockaddr_in is a sockaddr of that family, of that size.
            return unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = place.port.bigEndian
        // SAFETY: both are 16 octets of plain memory.
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) {
            unsafe $0.copyBytes(from: place.address.octets)
        }
        if !place.zone.isEmpty { address.sin6_scope_id = unsafe if_nametoindex(place.zone) }
        // SAFETY: a sockaddr_in6 is a sockaddr of that family, of that size.
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
