import Addresses
import Glibc

/// Addresses as the system's calls take them.
enum SocketAddress {
    /// Calls `body` with an address and a port.
    static func with<Result>(
        _ address: IPAddress,
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(address.isIPv4 ? AF_INET : AF_INET6)
        let octets = address.octets
        // SAFETY: the storage is larger than each of the families' forms.
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes[2] = UInt8(port >> 8)
            unsafe bytes[3] = UInt8(port & 0xFF)
            // sockaddr_in has its address after the port, sockaddr_in6 after the flow.
            let start = address.isIPv4 ? 4 : 8
            for index in octets.indices { unsafe bytes[start + index] = octets[index] }
        }
        let count =
            address.isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        // SAFETY: the storage is aligned for all of the families' forms.
        return unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(count))
            }
        }
    }
}
