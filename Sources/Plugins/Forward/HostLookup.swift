internal import Addresses
internal import Corefile
internal import Glibc
internal import Upstreams

/// Finds the addresses of upstreams that are given by name; at set-up only, because it blocks.
struct HostLookup {
    /// An address that a name stands for.
    struct Found {
        var scheme: UpstreamScheme
        var address: IPAddress
        var port: UInt16?
    }

    /// The servers to ask; empty means as the system does it.
    let servers: [ServerEndpoint]

    /// The addresses of `HOST`, `HOST:PORT` or `SCHEME://HOST[:PORT]`; nil if there are none.
    func addresses(of text: String) -> [Found]? {
        var rest = text[...]
        var scheme = UpstreamScheme.dns
        for candidate in UpstreamScheme.allCases where text.hasPrefix("\(candidate.rawValue)://") {
            scheme = candidate
            rest = text.dropFirst(candidate.rawValue.count + 3)
        }
        var port: UInt16?
        if let colon = rest.lastIndex(of: ":") {
            guard let number = UInt16(rest[rest.index(after: colon)...]) else { return nil }
            port = number
            rest = rest[..<colon]
        }
        let host = String(rest)
        guard HostLookup.isName(host) else { return nil }
        let found = servers.isEmpty ? HostLookup.systemAddresses(host) : ask(host)
        guard !found.isEmpty else { return nil }
        return found.map { Found(scheme: scheme, address: $0, port: port) }
    }

    /// Whether a text may be a host's name: a path or an address never is.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 253
            && text.utf8.allSatisfy {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                    || ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
            }
            && text.utf8.contains { $0 | 0x20 >= UInt8(ascii: "a") }
    }

    static func systemAddresses(_ host: String) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: the list is freed below, and read before that only.
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            guard let address = unsafe entry.pointee.ai_addr else { continue }
            let parsed = unsafe IPAddress(
                socketAddress: UnsafeRawPointer(address),
                family: entry.pointee.ai_family
            )
            if let parsed, !addresses.contains(parsed) { addresses.append(parsed) }
        }
        return addresses
    }

    /// Asks the servers one after the other, over UDP, two seconds each.
    private func ask(_ host: String) -> [IPAddress] {
        for server in servers {
            var addresses: [IPAddress] = []
            for type in [1, 28] as [UInt16] {
                addresses += BlockingQuery.addresses(of: host, type: type, at: server)
            }
            if !addresses.isEmpty { return addresses }
        }
        return []
    }
}

extension IPAddress {
    /// The address in the kernel's form of a family; nil for other families.
    fileprivate init?(socketAddress: UnsafeRawPointer, family: Int32) {
        switch family {
        case AF_INET:
            let bits = unsafe socketAddress.load(fromByteOffset: 4, as: UInt32.self)
            self.init(ipv4: UInt32(bigEndian: bits))
        case AF_INET6:
            let high = unsafe socketAddress.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let low = unsafe socketAddress.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            self.init(ipv6High: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
        default: return nil
        }
    }
}
