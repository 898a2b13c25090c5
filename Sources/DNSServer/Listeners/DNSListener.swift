internal import Addresses
internal import CLinuxNet
internal import ClusterView
internal import Corefile
internal import Glibc
internal import Plugins
internal import Synchronization

/// Listens on UDP and TCP: `dns://`.
final class DNSListener: Listener {
    let place: ListenerPlace
    private let source: ListenerSource
    private let connections: ConnectionCounter
    private let limits: StreamLimits
    private let shedsLoad: Bool
    private let streamSocket: StreamSocket
    private let datagrams: [DatagramSocket]
    private let running = Mutex<Running?>(nil)

    private struct Running: Sendable {
        var stream: StreamListener
        var workers: [(worker: DatagramWorker, thread: WorkerThread)]
    }

    /// Binds to an address: TCP first, whose port nobody else can share unseen.
    ///
    /// - Throws: ``ServerError`` that names the address and the reason.
    init(
        _ request: ListenerRequest,
        source: ListenerSource,
        server: ListenerContext
    ) throws(ServerError) {
        (streamSocket, datagrams) = try DNSListener.bind(
            request.place.address,
            count: request.settings.socketCount ?? server.workerCount,
            server,
            attempts: Limits.portAttemptCountMax
        )
        var place = request.place
        place.address.port = streamSocket.address.port
        self.place = place
        self.source = source
        connections = server.connections
        limits = request.limits(server.streamLimits)
        shedsLoad = request.settings.shedsLoad
    }

    private static func bind(
        _ address: ListenAddress,
        count: Int,
        _ server: ListenerContext,
        attempts: Int
    ) throws(ServerError) -> (StreamSocket, [DatagramSocket]) {
        let place = ListenerPlace(scheme: .dns, address: address)
        let given = server.inheritance.take(.datagram, "\(place)").map {
            DatagramSocket(adopting: $0, address)
        }
        if let descriptor = server.inheritance.take(.stream, "\(place)").first {
            let stream = StreamSocket(adopting: descriptor, address)
            var sockets = given
            // Every queue that was handed over needs somebody who reads it.
            while sockets.count < count {
                sockets.append(try DatagramSocket(address, isShared: true))
            }
            return (stream, sockets)
        }
        let stream = try StreamSocket(address, isShared: server.sharesPorts)
        var bound = address
        // With port 0 the kernel chooses for TCP; UDP takes the same number.
        bound.port = stream.address.port
        do throws(ServerError) {
            // A socket that is not shared shows whether another program has the port.
            if !server.sharesPorts { _ = try DatagramSocket(bound, isShared: false) }
            var sockets: [DatagramSocket] = []
            for _ in 0..<max(1, count) { sockets.append(try DatagramSocket(bound, isShared: true)) }
            return (stream, sockets)
        } catch {
            guard address.port == 0, attempts > 1 else { throw error }
            return try bind(address, count: count, server, attempts: attempts - 1)
        }
    }

    var sockets: [HandedSocket] {
        let name = "\(place)"
        return datagrams.map { HandedSocket(.datagram, name, $0.descriptor) }
            + [HandedSocket(.stream, name, streamSocket.descriptor)]
    }

    var dropCount: UInt64 { datagrams.reduce(0) { $0 + $1.dropCount } }

    func start() throws(ServerError) {
        var workers: [(worker: DatagramWorker, thread: WorkerThread)] = []
        do throws(ServerError) {
            for (number, socket) in datagrams.enumerated() {
                let worker = DatagramWorker(socket, source, shedsLoad: shedsLoad)
                workers.append((worker, try worker.start(number: number)))
            }
            let stream = try StreamListener(
                streamSocket,
                source: source,
                connections: connections,
                limits: limits
            )
            running.withLock { $0 = Running(stream: stream, workers: workers) }
        } catch {
            for (worker, _) in workers { worker.stop(wakes: true) }
            for (_, thread) in workers { thread.join() }
            throw error
        }
    }

    func refresh() {
        // Workers look for themselves now and then, also when nothing comes.
        running.withLock { $0?.stream }?.refresh()
    }

    func stopAccepting(handsOver: Bool) {
        guard let running = running.withLock({ $0 }) else { return }
        running.stream.stopAccepting()
        for (worker, _) in running.workers { worker.stop(wakes: !handsOver) }
    }

    func stop() {
        let running = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let running else { return }
        for (_, thread) in running.workers { thread.join() }
        running.stream.stop()
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
    /// The sockets of a predecessor, in another process or this one.
    var inheritance: SocketInheritance
    /// Whether another listener of this server has the port, for as long as both are there.
    var sharesPorts = false
}
