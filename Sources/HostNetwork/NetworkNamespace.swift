internal import CLinuxNet
import Glibc

/// A network namespace that is held open: it stays as long as this object, whoever leaves it.
public final class NetworkNamespace: Sendable {
    /// The descriptor of the namespace's file.
    let descriptor: Int32

    /// Opens the network namespace of a process.
    ///
    /// - Throws: ``NetworkError`` if the process isn't there.
    public init(ofProcess pid: Int32) throws(NetworkError) {
        // SAFETY: the path is passed as a terminated copy.
        descriptor = unsafe open("/proc/\(pid)/ns/net", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw NetworkError("enter the network namespace of process \(pid)", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Opens a socket in the namespace: it stays there, whichever thread uses it.
    ///
    /// - Parameters:
    ///   - domain: `AF_INET` and so on.
    ///   - type: `SOCK_STREAM` and so on; no program inherits the socket.
    /// - Returns: The socket, which the caller closes.
    /// - Throws: ``NetworkError``.
    public func socket(domain: Int32, type: Int32) throws(NetworkError) -> Int32 {
        let socket = cln_socket_in(descriptor, domain, type, 0)
        guard socket >= 0 else {
            throw NetworkError("open a socket in the pod's network", code: errno)
        }
        return socket
    }
}
