internal import CLinuxNet
internal import Glibc

/// A socket in the file system, by which processes of one user talk to each other.
///
/// Messages keep their bounds (`SOCK_SEQPACKET`), and may carry a descriptor each.
final class ControlSocket: Sendable {
    /// The file descriptor.
    let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Listens at a path; whatever was there is replaced once this one listens.
    ///
    /// - Throws: ``ServerError`` that names the path and the reason.
    static func listening(at path: String) throws(ServerError) -> ControlSocket {
        let socket = try make(path)
        // Beside its name until it listens, so that nobody finds one that doesn't.
        let temporary = "\(path).\(getpid())"
        unsafe unlink(temporary)
        guard
            unsafe try socket.named(temporary, { unsafe bind(socket.descriptor, $0, $1) }) == 0,
            unsafe chmod(temporary, 0o600) == 0,
            listen(socket.descriptor, 4) == 0,
            unsafe rename(temporary, path) == 0
        else {
            let code = errno
            unsafe unlink(temporary)
            throw .control(path, code)
        }
        return socket
    }

    /// Connects to the process that listens at a path; nil if none does.
    ///
    /// - Throws: ``ServerError`` that names the path and the reason.
    static func connected(to path: String) throws(ServerError) -> ControlSocket? {
        let socket = try make(path)
        let code = unsafe try socket.named(path) { unsafe connect(socket.descriptor, $0, $1) }
        if code == 0 { return socket }
        guard errno == ENOENT || errno == ECONNREFUSED else { throw .control(path, errno) }
        return nil
    }

    /// Takes a connection; nil if there is none.
    func accept() -> ControlSocket? {
        let peer = cln_accept(descriptor)
        return peer < 0 ? nil : ControlSocket(peer)
    }

    /// Whether the other end belongs to this process's user, or to root.
    var isPeerTrusted: Bool {
        var user: UInt32 = 0
        // SAFETY: `user` is valid for the length of the call.
        guard unsafe cln_peer_user(descriptor, &user) == 0 else { return false }
        return user == geteuid() || user == 0
    }

    /// Sends a message, with a descriptor or without (-1).
    ///
    /// - Returns: Whether it was sent.
    @discardableResult
    func send(_ text: String, _ handed: Int32 = -1) -> Bool {
        let octets = Array(text.utf8)
        // SAFETY: the octets are valid for the length of the call.
        return unsafe cln_send_descriptor(descriptor, octets, octets.count, handed) == 0
    }

    /// Receives a message; nil at the end, or if it can't be received.
    func receive() -> (text: String, descriptor: Int32)? {
        var octets = [UInt8](repeating: 0, count: Limits.controlOctetsMax)
        var handed: Int32 = -1
        // SAFETY: both are valid for the length of the call.
        let count = unsafe cln_receive_descriptor(descriptor, &octets, octets.count, &handed)
        guard count > 0 else { return nil }
        return (String(decoding: octets[..<count], as: UTF8.self), handed)
    }

    /// Bounds how long sending and receiving may take.
    func limitTime(_ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let octets = socklen_t(MemoryLayout<timeval>.size)
        for name in [SO_RCVTIMEO, SO_SNDTIMEO] {
            // SAFETY: both options take a `timeval`, of that size.
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, name, &time, octets)
        }
    }

    private static func make(_ path: String) throws(ServerError) -> ControlSocket {
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .control(path, errno) }
        return ControlSocket(descriptor)
    }

    private func named(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(ServerError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard octets.count < room, !octets.isEmpty else { throw .control(path, ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: octets) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            // SAFETY: a `sockaddr_un` is a socket address, and is passed with its size.
            unsafe UnsafeRawPointer(pointer).withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, size)
            }
        }
    }
}

extension ServerError {
    /// A control socket that can't be used.
    static func control(_ path: String, _ code: Int32) -> ServerError {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return ServerError(
            "control socket \(path): \(reason)",
            mend: "name a path of at most 107 octets, in a directory of yours, with --control"
        )
    }
}
