internal import Glibc
internal import NIOPosix
internal import Synchronization

/// Takes connections from a listening socket, on a thread of its own.
///
/// Event loops could do that themselves, but not from a queue that others take from as well, as a
/// predecessor does until it has stopped: where another was quicker, there is nothing to take.
final class Acceptor: Sendable {
    private let socket: ListeningSocket
    private let pool = NIOThreadPool(numberOfThreads: 1)
    /// What is written to one end wakes the thread, which waits at the other.
    private let bell: (ring: Int32, hear: Int32)
    /// Connections that were handed over and are not at work yet.
    private let waiting = Atomic<Int>(0)

    /// Begins to take connections.
    ///
    /// - Parameters:
    ///   - socket: The socket, which is kept open until this stops.
    ///   - handOver: Gets each connection, with what is to be called once it is at work.
    /// - Throws: ``HTTPServiceError`` if there are no descriptors left.
    init(
        _ socket: ListeningSocket,
        _ handOver: @escaping @Sendable (Int32, @escaping @Sendable () -> Void) -> Void
    ) throws(HTTPServiceError) {
        self.socket = socket
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        // SAFETY: the array is valid, and holds the two descriptors that are made.
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            let place = socket.place
            throw HTTPServiceError(errno: errno, place.address, place.port)
        }
        bell = (ends[0], ends[1])
        pool.start()
        pool.submit { [self] state in
            if case .active = state { run(handOver) }
        }
    }

    deinit {
        close(bell.ring)
        close(bell.hear)
    }

    /// Takes no more connections; those in the queue stay there for others, or are closed with it.
    func stop() {
        // SAFETY: a valid string literal of one octet.
        _ = unsafe write(bell.ring, "x", 1)
        // Fails only if it was stopped before.
        try? pool.syncShutdownGracefully()
    }

    private func run(_ handOver: (Int32, @escaping @Sendable () -> Void) -> Void) {
        while true {
            switch wait() {
            case .stop: return
            case .nothing: continue
            case .connections: break
            }
            while waiting.load(ordering: .relaxed) < Limits.acceptedCountMax {
                let connection = accept(socket.descriptor, nil, nil)
                if connection >= 0 {
                    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                    waiting.add(1, ordering: .relaxed)
                    handOver(connection) { self.waiting.subtract(1, ordering: .relaxed) }
                    continue
                }
                // Without descriptors or memory, the queue is ready and nothing can be taken.
                let isExhausted = [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
                if isExhausted, case .stop = pause() { return }
                break
            }
            if waiting.load(ordering: .relaxed) >= Limits.acceptedCountMax, case .stop = pause() {
                return
            }
        }
    }

    private enum Event {
        case connections
        case nothing
        case stop
    }

    /// Waits for connections, or the bell.
    private func wait() -> Event {
        var polled = [
            pollfd(fd: bell.hear, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        // SAFETY: the array is valid and has two elements.
        guard unsafe poll(&polled, 2, -1) > 0 else { return .nothing }
        if polled[0].revents != 0 { return .stop }
        return polled[1].revents != 0 ? .connections : .nothing
    }

    /// Waits a little for the bell alone.
    private func pause() -> Event {
        var polled = pollfd(fd: bell.hear, events: Int16(POLLIN), revents: 0)
        // SAFETY: a valid local variable.
        return unsafe poll(&polled, 1, Limits.acceptPauseMilliseconds) > 0 ? .stop : .nothing
    }
}
