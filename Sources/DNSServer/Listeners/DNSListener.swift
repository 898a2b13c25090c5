internal import Addresses
internal import ClusterView
internal import Corefile
internal import Plugins

/// Listens on UDP and TCP: `dns://`.
///
/// `@unchecked Sendable`: made and stopped by the server's thread; `dropCount` reads sockets, which
/// are Sendable, from an array that never changes after `init`.
final class DNSListener: Listener, @unchecked Sendable {
    let place: ListenerPlace
    private let stream: StreamListener
    private let datagrams: [DatagramSocket]
    private let workers: [(worker: DatagramWorker, thread: WorkerThread)]

    /// Listens on an address: TCP first, whose port nobody else can share unseen.
    ///
    /// - Throws: ``ServerError`` that names the address and the reason.
    init(
        _ request: ListenerRequest,
        source: ListenerSource,
        server: ListenerContext
    ) throws(ServerError) {
        let address = request.place.address
        let (listening, sockets) = try DNSListener.bind(
            address,
            count: request.settings.socketCount ?? server.workerCount,
            server.inheritance,
            attempts: Limits.portAttemptCountMax
        )
        datagrams = sockets
        var place = request.place
        place.address.port = listening.address.port
        self.place = place
        stream = try StreamListener(
            listening,
            source: source,
            connections: server.connections,
            limits: request.limits(server.streamLimits)
        )
        var workers: [(worker: DatagramWorker, thread: WorkerThread)] = []
        do throws(ServerError) {
            for (number, socket) in sockets.enumerated() {
                let worker = DatagramWorker(socket, source)
                workers.append((worker, try worker.start(number: number)))
            }
        } catch {
            for (worker, _) in workers { worker.stop() }
            for (_, thread) in workers { thread.join() }
            stream.stopAccepting()
            stream.stop()
            throw error
        }
        self.workers = workers
    }

    private static func bind(
        _ address: ListenAddress,
        count: Int,
        _ inheritance: SocketInheritance,
        attempts: Int
    ) throws(ServerError) -> (StreamSocket, [DatagramSocket]) {
        let place = ListenerPlace(scheme: .dns, address: address)
        let given = inheritance.take(.datagram, place).map {
            DatagramSocket(adopting: $0, address)
        }
        if let descriptor = inheritance.take(.stream, place).first {
            let stream = StreamSocket(adopting: descriptor, address)
            var sockets = given
            // Every queue that was handed over needs somebody who reads it.
            while sockets.count < count {
                sockets.append(try DatagramSocket(address, isShared: true))
            }
            return (stream, sockets)
        }
        let stream = try StreamSocket(address)
        var bound = address
        // With port 0 the kernel chooses for TCP; UDP takes the same number.
        bound.port = stream.address.port
        do throws(ServerError) {
            // A socket that is not shared shows whether another program has the port.
            _ = try DatagramSocket(bound, isShared: false)
        } catch {
            guard address.port == 0, attempts > 1 else { throw error }
            return try bind(address, count: count, inheritance, attempts: attempts - 1)
        }
        var sockets: [DatagramSocket] = []
        for _ in 0..<max(1, count) { sockets.append(try DatagramSocket(bound, isShared: true)) }
        return (stream, sockets)
    }

    var sockets: [HandedSocket] {
        datagrams.map { HandedSocket(kind: .datagram, place: place, descriptor: $0.descriptor) }
            + [HandedSocket(kind: .stream, place: place, descriptor: stream.socket.descriptor)]
    }

    var dropCount: UInt64 { datagrams.reduce(0) { $0 + $1.dropCount } }

    func stopAccepting() {
        stream.stopAccepting()
        for (worker, _) in workers { worker.stop() }
    }

    func stop() {
        for (worker, _) in workers { worker.stop() }
        for (_, thread) in workers { thread.join() }
        stream.stop()
    }
}

/// What a server lends to its listeners.
struct ListenerContext: Sendable {
    /// Threads for each address over UDP.
    var workerCount: Int
    /// The connections that are open.
    var connections: ConnectionCounter
    /// The bounds of connections.
    var streamLimits: StreamLimits
    /// The sockets of a predecessor.
    var inheritance: SocketInheritance
}
