internal import Glibc

/// The right to the table: one proxy for each network namespace.
///
/// Two that follow different registries would undo each other's rules for ever. The lock is a name
/// in the abstract socket namespace, which belongs to the network namespace and goes with the
/// process, however that ends (unix(7)).
final class ProxyLock {
    private let socket: Int32

    /// Takes the lock.
    ///
    /// - Throws: ``ProxyError`` if another process has it.
    init() throws(ProxyError) {
        socket = Glibc.socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        guard socket >= 0 else {
            throw ProxyError(.refused, "cannot make a socket for the proxy's lock: error \(errno)")
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array("martlet-proxy".utf8)
        // SAFETY: the name, with a zero in front, is shorter than the field.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            for (index, octet) in name.enumerated() { unsafe path[index + 1] = octet }
        }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.count)
        // SAFETY: the address stands for the call, and has more octets than are named.
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, size)
            }
        }
        guard code == 0 else {
            let reason = errno
            Glibc.close(socket)
            guard reason == EADDRINUSE else {
                throw ProxyError(.refused, "cannot take the proxy's lock: error \(reason)")
            }
            throw ProxyError(
                .busy,
                "another martlet proxy works on this network namespace: stop it first"
            )
        }
    }

    deinit { Glibc.close(socket) }
}
