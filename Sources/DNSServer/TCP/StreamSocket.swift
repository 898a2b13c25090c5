internal import Addresses
internal import CLinuxNet
internal import Glibc

/// A TCP socket that connections queue up at; closed when nobody holds it any more.
final class StreamSocket: Sendable {
    /// The file descriptor.
    let descriptor: Int32
    /// The address it is bound to, with the port that the kernel chose.
    let address: ListenAddress

    /// Binds a socket and listens.
    ///
    /// If it is shared, other sockets of this user may listen there as well (`SO_REUSEPORT`).
    ///
    /// - Throws: ``ServerError`` that names the address and the reason.
    init(_ address: ListenAddress, isShared: Bool = false) throws(ServerError) {
        let family = address.address.isIPv4 ? AF_INET : AF_INET6
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw ServerError.system("socket", address, errno) }
        do throws(ServerError) {
            try StreamSocket.configure(descriptor, address, isShared: isShared)
            let code = unsafe address.withSocketAddress { pointer, count in
                unsafe bind(descriptor, pointer, count) == 0 ? 0 : errno
            }
            guard code == 0, listen(descriptor, Limits.backlog) == 0 else {
                throw ServerError.listen("tcp", address, code == 0 ? errno : code)
            }
            self.address = try DatagramSocket.boundAddress(descriptor, address)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Takes over a socket that listens on an address already.
    init(adopting descriptor: Int32, _ address: ListenAddress) {
        self.descriptor = descriptor
        self.address = address
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Another descriptor of the same socket, to be closed by who gets it.
    ///
    /// - Throws: ``ServerError`` if there are too many.
    func duplicate() throws(ServerError) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw ServerError.system("fcntl", address, errno) }
        return copy
    }

    /// Lets other sockets of this user listen where one listens already: for a moment, until one
    /// of them has closed.
    static func share(_ descriptor: Int32) {
        // Where it fails, whoever wants to listen there is told.
        _ = cln_set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
    }

    private static func configure(
        _ descriptor: Int32,
        _ address: ListenAddress,
        isShared: Bool
    ) throws(ServerError) {
        var options: [(Int32, Int32, Int32)] = [
            (SOL_SOCKET, SO_REUSEADDR, 1),
            // Connections inherit it: what one can make the kernel hold.
            (SOL_SOCKET, SO_RCVBUF, Int32(Limits.connectionInputOctets)),
        ]
        if isShared { options.append((SOL_SOCKET, SO_REUSEPORT, 1)) }
        if !address.address.isIPv4 { options.append((Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)) }
        for (level, name, value) in options {
            let code = cln_set_option(descriptor, level, name, value)
            guard code == 0 else { throw ServerError.system("setsockopt", address, code) }
        }
    }
}
