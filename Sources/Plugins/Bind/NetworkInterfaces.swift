internal import Addresses
internal import Glibc

/// The network interfaces of this host and their addresses.
struct NetworkInterfaces {
    /// The names, sorted.
    let names: [String]
    private let table: [String: [IPAddress]]

    /// Describes interfaces.
    init(_ table: [String: [IPAddress]]) {
        self.table = table
        names = table.keys.sorted()
    }

    /// The addresses of an interface, link-local ones of IPv6 left out; nil if there is none of
    /// that name.
    func addresses(of name: String) -> [IPAddress]? { table[name] }

    /// The interfaces as they are now.
    static var current: NetworkInterfaces {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return NetworkInterfaces([:]) }
        defer { unsafe freeifaddrs(list) }
        var table: [String: [IPAddress]] = [:]
        var next = unsafe list
        // SAFETY: the list's entries and what they point to live until it is freed.
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            let name = unsafe String(cString: entry.pointee.ifa_name)
            var addresses = table[name] ?? []
            if let address = unsafe address(entry.pointee.ifa_addr), !isLinkLocal(address),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            table[name] = addresses
        }
        return NetworkInterfaces(table)
    }

    private static func isLinkLocal(_ address: IPAddress) -> Bool {
        // fe80::/10 (RFC 4291 §2.5.6).
        !address.isIPv4 && address.high >> 54 == 0x3FA
    }

    /// Reads an address of the kernel's form; nil if it is of another family.
    private static func address(_ pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let pointer = unsafe pointer else { return nil }
        let octets = UnsafeRawPointer(pointer)
        // SAFETY: the family says which structure it is, and how long.
        switch unsafe Int32(pointer.pointee.sa_family) {
        case AF_INET:
            let bits = unsafe octets.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            return IPAddress(ipv4: UInt32(bigEndian: bits))
        case AF_INET6:
            let high = unsafe octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let low = unsafe octets.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            return IPAddress(
                ipv6High: UInt64(bigEndian: high),
                low: UInt64(bigEndian: low)
            )
        default:
            return nil
        }
    }
}
