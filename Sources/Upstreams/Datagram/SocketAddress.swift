internal import Addresses
internal import Glibc

/// An address with a port as the kernel has it.
struct SocketAddress {
    /// The address.
    let address: IPAddress
    /// The port.
    let port: UInt16

    /// Calls `body` with the kernel's form.
    func withKernelForm(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        if address.isIPv4 {
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            form.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
            return unsafe lend(&form, body)
        }
        var form = sockaddr_in6()
        form.sin6_family = sa_family_t(AF_INET6)
        form.sin6_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &form.sin6_addr) { octets in
            unsafe octets.copyBytes(from: address.octets)
        }
        return unsafe lend(&form, body)
    }

    private func lend<Form>(
        _ form: inout Form,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe withUnsafeBytes(of: &form) { octets in
            // SAFETY: both forms begin as a sockaddr does, and are aligned at least as strictly.
            guard let base = octets.baseAddress else { return -1 }
            return unsafe body(
                base.assumingMemoryBound(to: sockaddr.self),
                socklen_t(octets.count)
            )
        }
    }

    /// The address that a socket is bound to, as text; its descriptor's if there is none.
    static func localText(_ descriptor: Int32) -> String {
        var form = sockaddr_in6()
        var count = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let text = unsafe withUnsafeMutableBytes(of: &form) { octets -> String? in
            guard let base = octets.baseAddress else { return nil }
            // SAFETY: the kernel writes up to `count` octets, which the form has.
            let pointer = unsafe base.assumingMemoryBound(to: sockaddr.self)
            guard unsafe getsockname(descriptor, pointer, &count) == 0 else { return nil }
            let port = unsafe UInt16(bigEndian: octets.load(fromByteOffset: 2, as: UInt16.self))
            let isIPv4 = unsafe octets.load(as: UInt16.self) == UInt16(AF_INET)
            let range = isIPv4 ? 4..<8 : 8..<24
            guard let address = unsafe IPAddress(octets: Array(octets[range])) else { return nil }
            return socketText(address, port)
        }
        return text ?? "socket \(descriptor)"
    }
}
