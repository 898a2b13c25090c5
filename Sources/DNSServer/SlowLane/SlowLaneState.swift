internal import ClusterView
internal import DNSWire
internal import Metrics
internal import Plugins

/// What the slow lane's thread needs to answer queries again.
///
/// `@unchecked Sendable`: used on the loop's thread only, but for `init`.
@safe
final class SlowLaneState: @unchecked Sendable {
    private let block: MetricsBlock
    private let desk: UnsafeMutablePointer<WorkerDesk>
    private let main = QueryScratch.Storage()
    private let spare = QueryScratch.Storage()
    private let buffer: UnsafeMutableRawBufferPointer
    private var configuration: ServingConfiguration?
    private var snapshots: [ClusterSnapshot] = []
    /// Whether the newest views were looked for in this turn.
    private var hasLooked = false
    private var sender = DatagramSender()
    private var background: [PendingQuery] = []

    /// Makes the state of a lane.
    init(_ services: ServerServices) {
        block = services.metrics.makeBlock()
        unsafe desk = .allocate(capacity: 1)
        unsafe desk.initialize(to: WorkerDesk(metrics: block.writer, epochs: services.epochs))
        unsafe buffer = .allocate(byteCount: Limits.streamOctetsMax, alignment: 64)
    }

    deinit {
        // SAFETY: made in init, and nobody else refers to them.
        unsafe desk.deinitialize(count: 1)
        unsafe desk.deallocate()
        unsafe buffer.deallocate()
    }

    /// Answers a query with what has come for it, and sends the reply.
    ///
    /// - Returns: Whether it waits for something more, which is then in its `errand`.
    func answer(_ query: PendingQuery) -> Bool {
        if !hasLooked || configuration !== query.configuration {
            adopt(query.configuration)
            hasLooked = true
        }
        unsafe desk.pointee.beginBatch(at: MonotonicClock.nanoseconds)
        unsafe desk.pointee.arrivals = query.arrivals
        unsafe desk.pointee.failure = nil
        defer {
            unsafe desk.pointee.arrivals = nil
            unsafe desk.pointee.endBatch()
        }
        let outcome = unsafe query.request.withUnsafeBytes { unsafe answer($0, query) }
        takeBackground(of: query)
        switch outcome {
        case .waiting:
            query.errand = unsafe desk.pointee.takeErrand()
            guard query.errand != nil else {
                unsafe query.destination.send(nil, nil, by: &sender)
                return false
            }
            return true
        case .none, .garbage:
            unsafe query.destination.send(nil, nil, by: &sender)
        case .reply(let count):
            let reply = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let stream = unsafe desk.pointee.takeStream()
            unsafe query.destination.send(reply, stream, by: &sender)
        }
        return false
    }

    private func answer(_ request: UnsafeRawBufferPointer, _ query: PendingQuery) -> Outcome {
        let memory = QueryMemory(scratch: main.scratch, spare: spare.scratch)
        let exchange = unsafe Exchange(request: request, buffer: buffer, origin: query.origin)
        guard let entry = query.entry else {
            return unsafe query.table.answer(exchange, in: memory, desk: desk, isWhole: true)
        }
        return unsafe query.table.renew(exchange, in: memory, desk: desk, at: entry)
    }

    /// Sends the replies that were kept to be sent together, at the end of a turn.
    func flush() {
        hasLooked = false
        sender.flush()
    }

    /// Takes the queries without a waiting client that were started by those answered.
    func takeBackground() -> [PendingQuery] {
        defer { background = [] }
        return background
    }

    private func takeBackground(of query: PendingQuery) {
        guard unsafe !desk.pointee.background.isEmpty else { return }
        var origin = query.origin
        origin.isRefresh = true
        for started in unsafe desk.pointee.background {
            background.append(
                PendingQuery(
                    renewing: started,
                    origin: origin,
                    configuration: query.configuration,
                    table: query.table
                )
            )
        }
        unsafe desk.pointee.background.removeAll()
    }

    /// Sees the newest versions of a configuration's views.
    func adopt(_ next: ServingConfiguration) {
        let newest = next.views.map(\.current)
        let isSame =
            configuration === next
            && newest.count == snapshots.count
            && zip(newest, snapshots).allSatisfy { $0 === $1 }
        guard !isSame else { return }
        configuration = next
        snapshots = newest
        unsafe desk.pointee.adopt(snapshots)
    }
}

extension ReplyDestination {
    /// Sends a reply, or says that there is none.
    func send(
        _ reply: UnsafeRawBufferPointer?,
        _ stream: MessageStream?,
        by sender: inout DatagramSender
    ) {
        switch self {
        case .datagram(let envelope):
            if let reply = unsafe reply { unsafe sender.send(reply, envelope) }
        case .stream(let deliver): deliver(unsafe reply.map { unsafe Array($0) }, stream)
        case .nobody: break
        }
    }
}

extension RoutingTable {
    /// Runs a query that renews what a cache holds, from a plugin of a chain on.
    func renew(
        _ exchange: Exchange,
        in memory: QueryMemory,
        desk: UnsafeMutablePointer<WorkerDesk>,
        at entry: (chain: PluginChain, start: Int)
    ) -> Outcome {
        var query = QueryView()
        guard unsafe query.read(exchange.request, scratch: memory.scratch) == .answer else {
            return .none
        }
        var transaction = unsafe Transaction(
            query: query,
            request: exchange.request,
            scratch: memory.scratch,
            spare: memory.spare,
            response: ResponseWriter(
                answering: query,
                request: exchange.request,
                into: exchange.buffer,
                limit: exchange.buffer.count,
                payloadOctets: UInt16(Limits.udpPayloadOctets)
            ),
            origin: exchange.origin,
            desk: desk,
            resolver: .passUnretained(self)
        )
        if let route = routes.first(where: { $0.chain === entry.chain }) {
            unsafe transaction.route = .passUnretained(route.info)
        }
        let disposition = entry.chain.answer(&transaction, from: entry.start)
        return disposition == .waiting ? .waiting : .none
    }
}
