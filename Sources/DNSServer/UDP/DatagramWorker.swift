internal import ClusterView
internal import Glibc
internal import Synchronization

/// A thread that answers the datagrams of one socket.
final class DatagramWorker: Sendable {
    private let socket: DatagramSocket
    private let isStopping = Atomic<Bool>(false)
    private let source: VersionPublisher<ServingConfiguration>
    private let port: UInt16

    /// Prepares a worker for a socket; server blocks are chosen by `port`.
    init(
        _ socket: DatagramSocket,
        port: UInt16,
        source: VersionPublisher<ServingConfiguration>
    ) {
        self.socket = socket
        self.port = port
        self.source = source
    }

    /// Starts the thread.
    func start(number: Int) throws(ServerError) -> WorkerThread {
        try WorkerThread(name: "martlet-udp-\(number)") { self.run() }
    }

    /// Asks the thread to answer what is queued and to end.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        socket.wake()
    }

    private func run() {
        var worker = QueryWorker(source, port: port)
        var batch = DatagramBatch(usesControl: socket.address.isWildcard)
        var batchesLeft = Limits.drainBatchCount
        while batchesLeft > 0 {
            let isLast = isStopping.load(ordering: .acquiring)
            if isLast { batchesLeft -= 1 }
            let count = batch.receive(socket.descriptor, waits: !isLast)
            if count <= 0 {
                // Nothing is left, or the socket is of no use any more. Want of memory passes, and
                // a socket that nobody reads would swallow its share of the queries.
                if isLast || errno == EBADF || errno == ENOTSOCK || errno == EINVAL { return }
                continue
            }
            worker.refresh()
            for slot in 0..<count {
                let octets = worker.answer(batch.exchange(slot))
                if octets > 0 { batch.reply(slot, count: octets) }
            }
            batch.send(socket.descriptor)
        }
    }
}
