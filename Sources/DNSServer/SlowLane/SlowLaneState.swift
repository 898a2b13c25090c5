internal import ClusterView
internal import DNSWire
internal import Metrics
internal import Plugins
internal import Synchronization

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
    private let places: SlowLane.Places
    private var configuration: ServingConfiguration?
    private var snapshots: [ClusterSnapshot] = []
    /// Whether a query was answered in this turn: the newest views were looked for then.
    @safe @exclusivity(unchecked) private var isInTurn = false
    @safe @exclusivity(unchecked) private var sender = DatagramSender()
    private var background: [PendingQuery] = []
    /// The home of the query answered last in this turn.
    @safe @exclusivity(unchecked) private var lastHome: ObjectIdentifier?
    /// Queries answered in this turn, all of one home.
    @safe @exclusivity(unchecked) private var done = PendingList()
    @safe @exclusivity(unchecked) private var doneHome: ObjectIdentifier?
    /// Places to give back at the end of the turn.
    @safe @exclusivity(unchecked) private var doneCount = 0

    /// Makes the state of a lane.
    init(_ services: ServerServices, _ places: SlowLane.Places) {
        self.places = places
        block = services.metrics.makeBlock()
        unsafe desk = .allocate(capacity: 1)
        unsafe desk.initialize(to: WorkerDesk(metrics: block.writer, epochs: services.epochs))
        unsafe desk.pointee.takesPacketWishes = true
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
    /// - Parameters:
    ///   - query: The query.
    ///   - lent: The reply to its packet, if that came now.
    /// - Returns: Whether it waits for something more.
    func answer(_ query: PendingQuery, _ lent: LentReply?) -> Bool {
        beginTurn(query.home)
        let hasKept = query.arrivals != nil
        if hasKept { unsafe desk.pointee.arrivals = query.arrivals }
        unsafe desk.pointee.lent = lent
        if unsafe desk.pointee.failure != nil { unsafe desk.pointee.failure = nil }
        let outcome = unsafe answer(query.request, query)
        takeBackground(of: query)
        var waits = false
        switch outcome {
        case .waiting:
            waits = takeWait(query)
            if waits { keepLent(query) } else { unsafe query.send(nil, nil, by: &sender) }
        case .none, .garbage: unsafe query.send(nil, nil, by: &sender)
        case .reply(let count):
            let reply = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let stream = unsafe desk.pointee.takeStream()
            unsafe query.send(reply, stream, by: &sender)
        }
        unsafe desk.pointee.lent = nil
        if hasKept { unsafe desk.pointee.arrivals = nil }
        return waits
    }

    /// Begins a batch with the first query of a turn, and with another configuration's.
    private func beginTurn(_ home: PendingHome) {
        if isInTurn, lastHome == ObjectIdentifier(home) { return }
        adopt(home.configuration)
        lastHome = ObjectIdentifier(home)
        guard !isInTurn else { return }
        isInTurn = true
        unsafe desk.pointee.beginBatch(at: MonotonicClock.nanoseconds)
    }

    /// Takes over what the query in hand waits for; false if that is nothing.
    private func takeWait(_ query: PendingQuery) -> Bool {
        if let wish = unsafe desk.pointee.takePacketWish() {
            query.wait = .packet(wish)
        } else if let errand = unsafe desk.pointee.takeErrand() {
            query.wait = .errand(errand)
        } else {
            return false
        }
        return true
    }

    /// Has a query that waits for something more keep a copy of the reply that was lent to it.
    private func keepLent(_ query: PendingQuery) {
        guard let lent = unsafe desk.pointee.lent, let asked = query.asked else { return }
        unsafe asked._withUnsafeGuaranteedRef { errand in
            let source = errand.name(of: lent.upstream)
            let result = unsafe ErrandResult(octets: Array(lent.octets), source: source)
            query.keep(result, for: errand.key, isNew: lent.isNew)
        }
    }

    private func answer(_ request: UnsafeRawBufferPointer, _ query: PendingQuery) -> Outcome {
        let memory = QueryMemory(scratch: main.scratch, spare: spare.scratch)
        let exchange = unsafe Exchange(request: request, buffer: buffer, origin: query.origin)
        let table = query.home.table
        guard let entry = query.entry else {
            return unsafe table.answer(exchange, in: memory, desk: desk, isWhole: true)
        }
        return unsafe table.renew(exchange, in: memory, desk: desk, at: entry)
    }

    /// Lets go of a query that waits for nothing more.
    func finish(_ query: PendingQuery) {
        query.clear()
        doneCount += 1
        let home = ObjectIdentifier(query.home)
        if doneHome != home {
            giveBack()
            doneHome = home
        }
        unsafe done.append(.passUnretained(query))
    }

    private func giveBack() {
        guard let home = done.home else { return }
        let queries = done
        done = PendingList()
        doneHome = nil
        // Another home may get the memory of one that is let go here.
        lastHome = nil
        home.giveBack(queries)
    }

    /// Sends the replies that were kept to be sent together, at the end of a turn.
    func flush() {
        guard isInTurn else { return }
        isInTurn = false
        unsafe desk.pointee.endBatch()
        sender.flush()
        giveBack()
        places.taken.subtract(doneCount, ordering: .relaxed)
        doneCount = 0
    }

    /// Whether queries without a waiting client were started.
    var hasBackground: Bool { !background.isEmpty }

    /// Takes the queries without a waiting client that were started, as many as may wait.
    func takeBackground(_ admit: () -> Bool) -> PendingList {
        let started = background
        background = []
        var queries = PendingList()
        for query in started where admit() { unsafe queries.append(.passRetained(query)) }
        return queries
    }

    private func takeBackground(of query: PendingQuery) {
        guard unsafe !desk.pointee.background.isEmpty else { return }
        var origin = query.origin
        origin.isRefresh = true
        for started in unsafe desk.pointee.background {
            let renewing = PendingQuery(query.home)
            renewing.begin(renewing: started, from: origin)
            background.append(renewing)
        }
        unsafe desk.pointee.background.removeAll()
    }

    /// Sees the newest versions of a configuration's views.
    func adopt(_ next: ServingConfiguration) {
        // A reload may come between two queries of one turn and one home.
        lastHome = nil
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

extension PendingQuery {
    /// Sends a reply, or says that there is none.
    func send(
        _ reply: UnsafeRawBufferPointer?,
        _ stream: MessageStream?,
        by sender: inout DatagramSender
    ) {
        switch destination {
        case .datagram(let socket):
            if let reply = unsafe reply { unsafe sender.send(reply, to: self, by: socket) }
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
