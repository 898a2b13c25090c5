internal import ClusterView
internal import Glibc
internal import Metrics
internal import Plugins
internal import Synchronization

/// A thread that answers the datagrams of one socket.
final class DatagramWorker: Sendable {
    private let socket: DatagramSocket
    private let isStopping = Atomic<Bool>(false)
    private let source: ListenerSource
    private let shedsLoad: Bool

    /// Prepares a worker for a socket.
    ///
    /// If it sheds load, replies that the kernel can't take at once are dropped.
    init(_ socket: DatagramSocket, _ source: ListenerSource, shedsLoad: Bool) {
        self.socket = socket
        self.shedsLoad = shedsLoad
        self.source = source
    }

    /// Starts the thread.
    func start(number: Int) throws(ServerError) -> WorkerThread {
        try WorkerThread(name: "martlet-udp-\(number)") { self.run() }
    }

    /// Asks the thread to answer what is queued and to end.
    ///
    /// Waking it makes the socket useless, in other processes too; not woken, it looks for itself
    /// within ``Limits/idleLookMicroseconds``.
    func stop(wakes: Bool) {
        isStopping.store(true, ordering: .releasing)
        if wakes { socket.wake() }
    }

    private func run() {
        var worker = QueryWorker(
            source.configuration,
            key: source.key,
            services: source.services
        )
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
                worker.beginBatch()
                worker.endBatch()
                continue
            }
            worker.beginBatch()
            answer(count, &worker, &batch)
            worker.endBatch()
            let dropped = batch.send(socket.descriptor, waits: !shedsLoad)
            if dropped > 0 { countDropped(dropped) }
        }
    }

    /// Counts replies that were dropped (CoreDNS `shed_dropped_total`).
    private func countDropped(_ dropped: Int) {
        let metrics = source.services.metrics
        let counter = metrics.counter(
            "coredns_shed_dropped_total",
            help: "Counter of replies and queries that were dropped under load.",
            labels: [
                ("server", source.key?.label ?? "dns://\(socket.address)"), ("reason", "response"),
            ]
        )
        for _ in 0..<dropped { metrics.shared.add(counter) }
    }

    /// Answers the datagrams of a batch; those that have to wait go to the slow lane.
    private func answer(
        _ count: Int,
        _ worker: inout QueryWorker,
        _ batch: inout DatagramBatch
    ) {
        let bound = LocalAddress(address: socket.address.address, port: socket.address.port)
        var waiting = PendingList()
        for slot in 0..<count { unsafe worker.read(batch.request(slot), to: slot) }
        worker.endReading()
        for slot in 0..<count {
            let client = batch.client(slot)
            let local = batch.local(slot, bound)
            let outcome = unsafe worker.answer(
                slot,
                batch.request(slot),
                into: batch.buffer(),
                from: client,
                at: local
            )
            switch outcome {
            case .reply(let octets): batch.reply(slot, count: octets)
            case .none, .garbage: break
            case .waiting:
                guard source.lane.admit() else {
                    let octets = unsafe worker.refuse(batch.request(slot), into: batch.buffer())
                    if octets > 0 { batch.reply(slot, count: octets) }
                    continue
                }
                let query = unsafe worker.suspend(
                    batch.request(slot),
                    from: client,
                    at: local,
                    over: .udp
                )
                guard let query = unsafe query else {
                    source.lane.release()
                    continue
                }
                unsafe query._withUnsafeGuaranteedRef { batch.reply(slot, by: socket, for: $0) }
                unsafe waiting.append(query)
            }
        }
        if worker.hasBackground {
            worker.takeBackground(at: bound, source.lane, into: &waiting)
        }
        source.lane.submit(waiting)
    }
}
