internal import Addresses
internal import Glibc

/// Addresses as the kernel takes them.
extension ListenAddress {
    /// Calls `body` with the address in the kernel's form.
    func withSocketAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        let octets = address.octets
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            let count: Int
            unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            if address.isIPv4 {
                unsafe bytes.storeBytes(of: UInt16(AF_INET), as: UInt16.self)
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[4..<8]).copyBytes(from: octets)
                count = MemoryLayout<sockaddr_in>.size
            } else {
                unsafe bytes.storeBytes(of: UInt16(AF_INET6), as: UInt16.self)
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[8..<24])
                    .copyBytes(from: octets)
                count = MemoryLayout<sockaddr_in6>.size
            }
            // SAFETY: sockaddr_storage is big enough and aligned for every address.
            let pointer = unsafe bytes.baseAddress.unsafelyUnwrapped
                .assumingMemoryBound(to: sockaddr.self)
            return unsafe body(pointer, socklen_t(count))
        }
    }
}

/// The address and port in a kernel's socket address.
///
/// There are at least 28 readable octets of a `sockaddr_in` or `sockaddr_in6`.
func clientAddress(_ bytes: UnsafeRawPointer) -> (address: IPAddress, port: UInt16) {
    let port = unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
    if unsafe bytes.load(as: UInt16.self) == UInt16(AF_INET) {
        let bits = unsafe UInt32(bigEndian: bytes.load(fromByteOffset: 4, as: UInt32.self))
        return (IPAddress(ipv4: bits), port)
    }
    let high = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    let low = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    return (IPAddress(ipv6High: high, low: low), port)
}
