internal import Glibc
internal import Synchronization

/// A socket that one process hands to another.
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
    /// Where it listens.
    var place: ListenerPlace
    /// The file descriptor.
    var descriptor: Int32
}

/// The sockets of a predecessor, until listeners take them.
final class SocketInheritance: Sendable {
    private let sockets: Mutex<[HandedSocket]>

    /// Keeps sockets.
    init(_ sockets: [HandedSocket] = []) {
        self.sockets = Mutex(sockets)
    }

    /// Takes the sockets of a kind at a place.
    func take(_ kind: HandedSocket.Kind, _ place: ListenerPlace) -> [Int32] {
        sockets.withLock { sockets in
            let taken = sockets.filter { $0.kind == kind && $0.place == place }
            sockets.removeAll { $0.kind == kind && $0.place == place }
            return taken.map(\.descriptor)
        }
    }

    /// Closes what nobody took: the predecessor listened on more.
    func closeRest() {
        let rest = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        for socket in rest { close(socket.descriptor) }
    }
}
