public import Addresses
internal import Glibc
internal import NIOCore

/// A TCP socket that connections queue up at; it is closed when nobody holds it any more.
///
/// Apart from the service that accepts them, so that a successor can take connections from the same
/// queue before the predecessor ends: then none is lost. Two sockets on one port have two queues.
public final class ListeningSocket: Sendable {
    /// The descriptor, to hand to another process; it is closed with this object.
    public let descriptor: Int32

    /// Listens on an address.
    ///
    /// `::` takes connections over IPv4 too, and is `0.0.0.0` on a host without IPv6.
    ///
    /// - Parameters:
    ///   - address: The address; all zeros for every address of the family.
    ///   - port: The port; 0 lets the kernel choose.
    ///   - sharesPort: Whether other sockets of the same user may listen on the port as well
    ///     (`SO_REUSEPORT`); all of them must say so.
    /// - Throws: ``HTTPServiceError`` that names the address and the reason.
    public convenience init(
        _ address: IPAddress,
        port: UInt16,
        sharesPort: Bool = false
    ) throws(HTTPServiceError) {
        let isEverything = !address.isIPv4 && address.high == 0 && address.low == 0
        do {
            let family = address.isIPv4 ? AF_INET : AF_INET6
            try self.init(family, address, port, sharesPort: sharesPort, isDual: isEverything)
        } catch  where isEverything && error.code == .noSuchAddress {
            let other = IPAddress(ipv4: 0)
            try self.init(AF_INET, other, port, sharesPort: sharesPort, isDual: false)
        }
    }

    /// Takes over a socket that listens already, as another process handed it over.
    public init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        // Where another takes a connection first, accepting must not wait for the next.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        close(descriptor)
    }

    private convenience init(
        _ family: Int32,
        _ address: IPAddress,
        _ port: UInt16,
        sharesPort: Bool,
        isDual: Bool
    ) throws(HTTPServiceError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw HTTPServiceError(errno: errno, address, port) }
        // From here on it is closed whatever happens.
        self.init(adopting: descriptor)
        set(SOL_SOCKET, SO_REUSEADDR, 1)
        // Connections inherit these.
        set(SOL_SOCKET, SO_RCVBUF, Limits.kernelQueueOctets)
        set(SOL_SOCKET, SO_SNDBUF, Limits.kernelQueueOctets)
        if sharesPort { set(SOL_SOCKET, SO_REUSEPORT, 1) }
        if family == AF_INET6 { set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, isDual ? 0 : 1) }
        do {
            let target = try SocketAddress(ipAddress: "\(address)", port: Int(port))
            // SAFETY: the address is valid, with its length, for the length of the call.
            let bound = unsafe target.withSockAddr { pointer, length in
                unsafe bind(descriptor, pointer, socklen_t(length))
            }
            guard bound == 0, listen(descriptor, Limits.backlog) == 0 else {
                throw HTTPServiceError(errno: errno, address, port)
            }
        } catch let error as HTTPServiceError {
            throw error
        } catch {
            // An address is always a valid text of itself.
            throw HTTPServiceError(errno: EADDRNOTAVAIL, address, port)
        }
    }

    /// Sets an option; the kernel has known these for longer than it runs Swift.
    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        let length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: the value is a valid variable of that length.
        let result = unsafe setsockopt(descriptor, level, name, &value, length)
        assert(result == 0, "setsockopt(\(level), \(name)) failed with \(errno)")
    }

    /// Where it listens, with the port that the kernel chose.
    public var place: HTTPService.Place {
        // An address of either family, as the kernel lays it out: family, port, then four octets
        // of IPv4, or four octets that say nothing here and sixteen of IPv6.
        var name = [UInt8](repeating: 0, count: 28)
        var length = socklen_t(name.count)
        // SAFETY: the pointer is to a valid array, of the length that is given with it; any octets
        // are a valid address.
        let result = unsafe name.withUnsafeMutableBytes { name in
            unsafe name.withMemoryRebound(to: sockaddr.self) { name in
                unsafe getsockname(descriptor, name.baseAddress, &length)
            }
        }
        guard result == 0 else { return HTTPService.Place(IPAddress(ipv4: 0), 0) }
        let port = UInt16(name[2]) << 8 | UInt16(name[3])
        let octets = length < 28 ? name[4..<8] : name[8..<24]
        return HTTPService.Place(IPAddress(octets: octets) ?? IPAddress(ipv4: 0), port)
    }
}
