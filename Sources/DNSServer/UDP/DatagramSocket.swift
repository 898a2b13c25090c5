internal import Addresses
internal import CLinuxNet
internal import Glibc

/// A bound UDP socket.
final class DatagramSocket: Sendable {
    /// The file descriptor.
    let descriptor: Int32
    /// The address it is bound to, with the port that the kernel chose.
    let address: ListenAddress

    /// Binds a socket.
    ///
    /// If it is shared, other sockets of this server have the same address, so that each worker has
    /// a queue of its own (`SO_REUSEPORT`).
    ///
    /// - Throws: ``ServerError`` that names the address and the reason.
    init(_ address: ListenAddress, isShared: Bool) throws(ServerError) {
        let family = address.address.isIPv4 ? AF_INET : AF_INET6
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw ServerError.system("socket", address, errno) }
        do throws(ServerError) {
            try DatagramSocket.configure(descriptor, address, isShared: isShared)
            let code = unsafe address.withSocketAddress { pointer, count in
                unsafe bind(descriptor, pointer, count) == 0 ? 0 : errno
            }
            guard code == 0 else { throw ServerError.listen("udp", address, code) }
            self.address = try DatagramSocket.boundAddress(descriptor, address)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Takes over a socket that is bound to an address already.
    init(adopting descriptor: Int32, _ address: ListenAddress) {
        self.descriptor = descriptor
        self.address = address
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Datagrams that the kernel has dropped because the queue was full.
    var dropCount: UInt64 { UInt64(cln_socket_drops(descriptor)) }

    /// Wakes the worker that waits for datagrams; what is queued can still be received.
    func wake() {
        // The kernel answers ENOTCONN for a socket without a peer, and wakes its readers first.
        _ = shutdown(descriptor, Int32(SHUT_RD))
    }

    private static func configure(
        _ descriptor: Int32,
        _ address: ListenAddress,
        isShared: Bool
    ) throws(ServerError) {
        if isShared {
            try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1, address)
        }
        if !address.address.isIPv4 {
            try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, address)
        }
        // Only a wildcard socket has to be told which address a reply leaves from.
        if address.isWildcard {
            if address.address.isIPv4 {
                try set(descriptor, Int32(IPPROTO_IP), IP_PKTINFO, 1, address)
            } else {
                try set(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO, 1, address)
            }
        }
        DatagramSocket.forbidFragments(descriptor, address)
        // A worker without work looks now and then whether it is to end, or to serve something
        // else.
        var time = timeval(tv_sec: 0, tv_usec: Limits.idleLookMicroseconds)
        let octets = socklen_t(MemoryLayout<timeval>.size)
        // SAFETY: the option takes a `timeval`, of that size.
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, octets) == 0 else {
            throw ServerError.system("setsockopt", address, errno)
        }
        // Above the system's bound only with CAP_NET_ADMIN; a smaller buffer still serves.
        let size = Int32(Limits.receiveBufferOctets)
        if cln_set_option(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size) != 0 {
            _ = cln_set_option(descriptor, SOL_SOCKET, SO_RCVBUF, size)
        }
    }

    /// Sends replies with DF, and without regard to what ICMP says of a path (RFC 9715 §3.1): they
    /// are small enough for any usual one, and who forges ICMP can't have them cut.
    ///
    /// A datagram that is never cut needs no identification, which the kernel makes with a hash:
    /// 2 % of what a query costs. A system that refuses serves all the same.
    private static func forbidFragments(_ descriptor: Int32, _ address: ListenAddress) {
        if address.address.isIPv4 {
            let level = Int32(IPPROTO_IP)
            _ = cln_set_option(descriptor, level, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)
        } else {
            let level = Int32(IPPROTO_IPV6)
            _ = cln_set_option(descriptor, level, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE)
        }
    }

    private static func set(
        _ descriptor: Int32,
        _ level: Int32,
        _ name: Int32,
        _ value: Int32,
        _ address: ListenAddress
    ) throws(ServerError) {
        let code = cln_set_option(descriptor, level, name, value)
        guard code == 0 else { throw ServerError.system("setsockopt", address, code) }
    }

    /// The address that a socket is bound to, with the port that the kernel chose.
    static func boundAddress(
        _ descriptor: Int32,
        _ address: ListenAddress
    ) throws(ServerError) -> ListenAddress {
        var storage = sockaddr_storage()
        var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let (code, port) = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            let code = unsafe getsockname(
                descriptor,
                raw.assumingMemoryBound(to: sockaddr.self),
                &count
            )
            return (code, unsafe clientAddress(raw).port)
        }
        guard code == 0 else { throw ServerError.system("getsockname", address, errno) }
        return ListenAddress(address: address.address, port: port)
    }
}

extension ServerError {
    /// An address that can't be listened on, with the mend for the usual reasons.
    static func listen(_ network: String, _ address: ListenAddress, _ code: Int32) -> ServerError {
        let mend: String
        switch code {
        case EADDRINUSE:
            mend =
                "another program has this port; stop it (ss -lnp shows it), or choose another"
                + " (martlet serve --listen, martlet up --cluster-dns)"
        case EACCES:
            mend =
                "ports below 1024 need CAP_NET_BIND_SERVICE; run as root, or choose a higher port"
                + " (martlet serve --listen)"
        case EADDRNOTAVAIL: mend = "no interface of this host has the address; ip addr shows them"
        default: mend = ""
        }
        return ServerError("cannot listen on \(network)://\(address): \(text(code))", mend: mend)
    }

    /// A system call that failed.
    static func system(
        _ call: String,
        _ address: ListenAddress,
        _ code: Int32
    ) -> ServerError {
        ServerError("\(address): \(call): \(text(code))")
    }

    private static func text(_ code: Int32) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
