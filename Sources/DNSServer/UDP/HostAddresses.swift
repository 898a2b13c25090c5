internal import Addresses
internal import Corefile
internal import Glibc

/// The addresses by which this host's server can be reached.
enum HostAddresses {
    /// The addresses behind what is listened on: a wildcard stands for every address of the host's
    /// interfaces, loopback left out (CoreDNS `boundIPs`).
    static func answering(_ listen: [ListenAddress]) -> [IPAddress] {
        guard !listen.isEmpty, !listen.contains(where: \.isWildcard) else {
            return ofInterfaces()
        }
        var seen: Set<IPAddress> = []
        return listen.map(\.address).filter { seen.insert($0).inserted }
    }

    /// The addresses that stand for all of the host's, for a listener without one.
    static func wildcards(_ scheme: ServerAddress.Scheme) -> [IPAddress] {
        let any = (v4: IPAddress(ipv4: 0), v6: IPAddress(ipv6High: 0, low: 0))
        // A socket of HTTP takes both families.
        if scheme == .https { return [any.v6] }
        return hasIPv6 ? [any.v4, any.v6] : [any.v4]
    }

    /// Whether the kernel knows IPv6.
    private static var hasIPv6: Bool {
        let descriptor = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    private static func ofInterfaces() -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr,
                unsafe entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            let family = unsafe Int32(address.pointee.sa_family)
            guard family == AF_INET || family == AF_INET6 else { continue }
            let found = unsafe clientAddress(UnsafeRawPointer(address)).address
            // A link-local address is no answer: it means another host on every link.
            guard found.isIPv4 || found.high >> 54 != 0x3FA else { continue }
            if !addresses.contains(found) { addresses.append(found) }
        }
        return addresses.sorted()
    }
}
