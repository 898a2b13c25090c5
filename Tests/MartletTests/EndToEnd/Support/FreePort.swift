import Glibc

/// Ports of 127.0.0.1 that nobody uses, for programs that can't let the kernel choose.
enum FreePort {
    /// A port that was free a moment ago.
    static func choose() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe bind(descriptor, address, size) == 0 else { return Int32(-1) }
                return unsafe getsockname(descriptor, address, &size)
            }
        }
        guard code == 0 else { throw Trouble("no free port: errno \(errno)") }
        return UInt16(bigEndian: address.sin_port)
    }
}
