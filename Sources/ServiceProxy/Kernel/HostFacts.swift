internal import Addresses
internal import Glibc

/// What the proxy looks at on its host.
public enum HostFacts {
    /// The node's name: that of the host.
    public static var nodeName: String {
        var name = [CChar](repeating: 0, count: 256)
        // SAFETY: the array is valid for the call, which gets its size less one.
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
        let octets = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: octets, as: UTF8.self).lowercased()
    }

    /// Whether IPv6 is on in this network namespace.
    public static var hasIPv6: Bool {
        read("/proc/sys/net/ipv6/conf/all/disable_ipv6")?.first == "0"
    }

    /// Whether packets are forwarded between interfaces.
    public static func forwards(ipv4: Bool) -> Bool {
        let path = ipv4 ? "ipv4/ip_forward" : "ipv6/conf/all/forwarding"
        return read("/proc/sys/net/\(path)")?.first == "1"
    }

    /// The tables that iptables-legacy has in use, which see packets beside nftables.
    public static var legacyTables: [String] { legacyTables { read($0) } }

    /// The same, from files that are read by a function.
    static func legacyTables(_ read: (_ path: String) -> String?) -> [String] {
        [("ip", "iptables"), ("ip6", "ip6tables")].flatMap { family, program in
            (read("/proc/net/\(family)_tables_names") ?? "").split(separator: "\n")
                .map { "\(program)-legacy \($0)" }
        }
    }

    /// Whether this process may change the packet filter of its network namespace.
    public static var mayFilterPackets: Bool {
        // CAP_NET_ADMIN is number 12 (capabilities(7)).
        guard let status = read("/proc/self/status"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
            let mask = UInt64(line.split(separator: "\t").last ?? "", radix: 16)
        else { return true }
        return mask & (1 << 12) != 0
    }

    /// The addresses of this host's interfaces.
    static func addresses() -> Set<IPAddress> {
        var first: UnsafeMutablePointer<ifaddrs>?
        // SAFETY: the list is own until it is freed below; its addresses are of the size that their
        // family says.
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var found: Set<IPAddress> = []
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr else { continue }
            let raw = UnsafeRawPointer(address)
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET:
                let bits = unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr
                found.insert(IPAddress(ipv4: UInt32(bigEndian: bits)))
            case AF_INET6:
                var octets = unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
                let array = unsafe withUnsafeBytes(of: &octets) { unsafe Array($0) }
                if let address = IPAddress(octets: array) { found.insert(address) }
            default: break
            }
        }
        return found
    }

    private static func read(_ path: String) -> String? {
        // SAFETY: the file is own and closed below; the array is passed with its count.
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var octets = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe fread(&octets, 1, octets.count, file)
        return String(decoding: octets[..<count], as: UTF8.self)
    }
}
