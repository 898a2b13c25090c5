internal import Glibc
internal import Synchronization

/// A socket that one server hands to another.
struct HandedSocket: Sendable, Hashable {
    /// What kind of socket it is.
    enum Kind: String, Sendable {
        /// UDP.
        case datagram
        /// TCP, listening.
        case stream
    }

    /// What kind of socket it is.
    var kind: Kind
    /// Where it listens, such as `dns://127.0.0.1:53`.
    var name: String
    /// The file descriptor.
    var descriptor: Int32

    /// Describes a socket.
    init(_ kind: Kind, _ name: String, _ descriptor: Int32) {
        self.kind = kind
        self.name = name
        self.descriptor = descriptor
    }
}

/// The sockets of a predecessor, until listeners take them; what nobody takes is closed.
final class SocketInheritance: Sendable {
    private let sockets: Mutex<[HandedSocket]>

    /// Keeps sockets.
    init(_ sockets: [HandedSocket] = []) {
        self.sockets = Mutex(sockets)
    }

    /// Keeps copies of the sockets of a listener of this process; fewer if descriptors run out.
    convenience init(copying listener: any Listener) {
        self.init(
            listener.sockets.compactMap { socket in
                let copy = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)
                return copy < 0 ? nil : HandedSocket(socket.kind, socket.name, copy)
            }
        )
    }

    deinit {
        closeRest()
    }

    /// Takes the sockets of a kind at a place.
    func take(_ kind: HandedSocket.Kind, _ name: String) -> [Int32] {
        sockets.withLock { sockets in
            let taken = sockets.filter { $0.kind == kind && $0.name == name }
            sockets.removeAll { $0.kind == kind && $0.name == name }
            return taken.map(\.descriptor)
        }
    }

    /// Whether nothing is left to take.
    var isEmpty: Bool { sockets.withLock(\.isEmpty) }

    /// Closes what nobody took: the predecessor listened on more.
    func closeRest() {
        let rest = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        for socket in rest { close(socket.descriptor) }
    }
}
