import Foundation
import Glibc
import Synchronization

/// What listens in a pod: a server on an address of the loopback, with a thread for each connection.
final class PodServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Atomic<Int>(0)
    private let stopping = Stopping()

    /// Connections that have come.
    var count: Int { accepted.load(ordering: .sequentiallyConsistent) }

    /// Listens, and gives each connection to `serve`, which ends it when it returns.
    init(
        _ address: String,
        port: UInt16 = 0,
        serve: @escaping @Sendable (Peer) throws -> Void
    ) throws {
        let queue = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        listener = queue
        var yes: Int32 = 1
        unsafe setsockopt(queue, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        let code = unsafe withAddress(address, port) { unsafe bind(queue, $0, $1) }
        var name = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(queue, $0, &size)
            }
        }
        self.port = UInt16(bigEndian: name.sin_port)
        guard code == 0, listen(queue, 64) == 0 else { throw Trouble("bind: errno \(errno)") }
        let stopping = stopping
        Thread.detachNewThread { [weak self] in
            while !stopping.isAsked {
                let connection = accept(queue, nil, nil)
                guard connection >= 0 else { continue }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                self?.accepted.add(1, ordering: .sequentiallyConsistent)
                // Whoever is not served is seen to be closed.
                Thread.detachNewThread { try? serve(Peer(adopting: connection)) }
            }
            close(queue)
        }
    }

    /// Reads to the end, then tells its name and how much it was.
    convenience init(_ address: String, port: UInt16 = 0, named name: String) throws {
        try self.init(address, port: port) { peer in
            let count = try peer.receiveAll().count
            try peer.send("\(name) got \(count)")
        }
    }

    /// Listens no more.
    ///
    /// Only once: the thread then closes the descriptor, and its number is soon another's.
    func stop() {
        if stopping.ask() { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    deinit { stop() }
}

/// Whether a server was asked to stop.
private final class Stopping: Sendable {
    private let flag = Atomic<Bool>(false)

    var isAsked: Bool { flag.load(ordering: .sequentiallyConsistent) }

    /// Asks, and returns whether nobody did before.
    func ask() -> Bool { !flag.exchange(true, ordering: .sequentiallyConsistent) }
}
