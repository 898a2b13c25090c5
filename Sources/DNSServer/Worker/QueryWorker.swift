internal import ClusterView
internal import DNSWire
internal import Metrics
internal import Plugins

/// What one thread needs to answer queries: its own references to the configuration and views,
/// its own scratch memory, counters and random numbers.
///
/// Nothing in it is shared, so that answering a query writes no memory that another core reads.
@safe
struct QueryWorker: ~Copyable {
    private let source: VersionPublisher<ServingConfiguration>
    private let key: ListenerKey?
    private var configuration: ServingConfiguration
    private var configurationGeneration: UInt64
    private var table: RoutingTable
    /// Where newer versions of the views come from.
    ///
    /// SAFETY: `configuration` holds them, and both are replaced together. A reference of their own
    /// would be counted once per batch, in memory that all workers write.
    private var publishers: [Unmanaged<ViewPublisher>] = unsafe []
    private var snapshots: [ClusterSnapshot] = []
    private var snapshotGenerations: [UInt64] = []
    private let main = QueryScratch.Storage()
    private let spare = QueryScratch.Storage()
    private let block: MetricsBlock
    /// Lent to transactions.
    ///
    /// Functions that change it copy the pointer first: ThreadSanitizer's pass of Swift 6.3 takes a
    /// change through `self` for one of what `self` refers to first.
    private let desk: UnsafeMutablePointer<WorkerDesk>
    private var randomState: UInt64
    private var batch = ReadBatch()
    /// Where queries of this worker that waited come back to; nil as long as there are none.
    private var home: PendingHome?
    /// Those of them that are here to be used again.
    private var spareQueries = PendingList()

    /// Makes a worker that answers for a listener; nil means one given by flag.
    ///
    /// Its random numbers follow from `seed`, which isn't 0.
    init(
        _ source: VersionPublisher<ServingConfiguration>,
        key: ListenerKey?,
        services: ServerServices,
        seed: UInt64 = .random(in: 1 ... .max)
    ) {
        self.source = source
        self.key = key
        configurationGeneration = source.generation
        configuration = source.current
        table = configuration.table(key)
        randomState = seed
        block = services.metrics.makeBlock()
        unsafe desk = .allocate(capacity: 1)
        unsafe desk.initialize(to: WorkerDesk(metrics: block.writer, epochs: services.epochs))
        unsafe desk.pointee.takesPacketWishes = true
        adoptViews()
    }

    deinit {
        home?.close()
        spareQueries.free()
        // SAFETY: made in init and used by this worker alone.
        unsafe desk.deinitialize(count: 1)
        unsafe desk.deallocate()
    }

    /// Begins a batch: looks once whether there is a newer configuration or view.
    mutating func beginBatch() {
        let desk = unsafe self.desk
        unsafe desk.pointee.beginBatch(at: MonotonicClock.nanoseconds)
        let generation = source.generation
        if generation != configurationGeneration {
            configurationGeneration = generation
            configuration = source.current
            table = configuration.table(key)
            leaveHome()
            adoptViews()
            return
        }
        refreshViews()
    }

    /// Reads a packet of the batch, and begins to fetch what it asks for; call it for each, then
    /// ``endReading()``, before the first is answered.
    mutating func read(_ request: UnsafeRawBufferPointer, to slot: Int) {
        unsafe batch.read(request, to: slot, for: firstSnapshot)
    }

    /// Ends reading a batch.
    mutating func endReading() {
        unsafe batch.finish(for: firstSnapshot)
    }

    /// The view that most blocks show.
    private var firstSnapshot: Unmanaged<ClusterSnapshot>? {
        // SAFETY: `snapshots` holds what the desk refers to.
        unsafe !snapshots.isEmpty ? desk.pointee.snapshots[0] : nil
    }

    /// Ends a batch; call it before the thread waits.
    mutating func endBatch() {
        let desk = unsafe self.desk
        unsafe desk.pointee.endBatch()
    }

    private mutating func refreshViews() {
        let desk = unsafe self.desk
        for index in snapshots.indices {
            let publisher = unsafe publishers[index]
            let generation = unsafe publisher._withUnsafeGuaranteedRef { $0.generation }
            guard generation != snapshotGenerations[index] else { continue }
            snapshotGenerations[index] = generation
            snapshots[index] = unsafe publisher._withUnsafeGuaranteedRef { $0.current }
            unsafe desk.pointee.snapshots[index] = .passUnretained(snapshots[index])
        }
    }

    private mutating func adoptViews() {
        let desk = unsafe self.desk
        let views = configuration.views
        // The number first: a version that comes in between is fetched again next time.
        snapshotGenerations = views.map(\.generation)
        snapshots = views.map(\.current)
        unsafe publishers = views.map { unsafe .passUnretained($0) }
        unsafe desk.pointee.adopt(snapshots)
    }

    /// Answers the packet that was read to a slot.
    mutating func answer(
        _ slot: Int,
        _ request: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        from client: ClientAddress,
        at local: LocalAddress
    ) -> Outcome {
        let desk = unsafe self.desk
        let origin = unsafe QueryOrigin(
            client: client,
            local: local,
            transport: .udp,
            random: nextRandom(),
            start: desk.pointee.time
        )
        return unsafe table.answer(
            Exchange(request: request, buffer: buffer, origin: origin),
            batch.query(slot),
            in: QueryMemory(scratch: batch.scratch(slot), spare: spare.scratch),
            desk: desk
        )
    }

    /// Answers one packet.
    mutating func answer(
        _ request: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        from client: ClientAddress,
        at local: LocalAddress,
        over transport: Transport
    ) -> Outcome {
        let desk = unsafe self.desk
        let origin = unsafe QueryOrigin(
            client: client,
            local: local,
            transport: transport,
            random: nextRandom(),
            start: desk.pointee.time
        )
        return unsafe table.answer(
            Exchange(request: request, buffer: buffer, origin: origin),
            in: QueryMemory(scratch: main.scratch, spare: spare.scratch),
            desk: desk
        )
    }

    /// Answers SERVFAIL to a packet that was found to be a query before.
    ///
    /// - Returns: The octets of the reply; 0 if there is none.
    mutating func refuse(
        _ request: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let desk = unsafe self.desk
        _ = unsafe desk.pointee.takeErrand()
        unsafe desk.pointee.packetWish = nil
        var query = QueryView()
        guard unsafe query.read(request, scratch: main.scratch) == .answer else { return 0 }
        var response = unsafe ResponseWriter(
            answering: query,
            request: request,
            into: buffer,
            limit: 512,
            payloadOctets: UInt16(Limits.udpPayloadOctets)
        )
        response.responseCode = ResponseCode.serverFailure.rawValue
        return response.finish(query)
    }

    /// What the query just answered left on the desk: the messages that follow its reply.
    mutating func takeStream() -> MessageStream? {
        let desk = unsafe self.desk
        return unsafe desk.pointee.takeStream()
    }

    /// Whether queries that nobody waits for were started.
    var hasBackground: Bool { unsafe !desk.pointee.background.isEmpty }

    /// Takes the queries that nobody waits for, as many as a lane admits.
    mutating func takeBackground(
        at local: LocalAddress,
        _ lane: SlowLane,
        into waiting: inout PendingList
    ) {
        let desk = unsafe self.desk
        let queries = unsafe desk.pointee.background
        unsafe desk.pointee.background.removeAll()
        for query in queries where lane.admit() {
            let origin = unsafe QueryOrigin(
                client: local,
                local: local,
                transport: .udp,
                random: nextRandom(),
                start: desk.pointee.time,
                isRefresh: true
            )
            let renewing = unsafe takeSpare()
            unsafe renewing._withUnsafeGuaranteedRef { $0.begin(renewing: query, from: origin) }
            unsafe waiting.append(renewing)
        }
    }

    /// Makes the query that was just answered with ``Outcome/waiting`` wait; the caller owns it,
    /// and says where its reply goes.
    mutating func suspend(
        _ request: UnsafeRawBufferPointer,
        from client: ClientAddress,
        at local: LocalAddress,
        over transport: Transport
    ) -> Unmanaged<PendingQuery>? {
        let desk = unsafe self.desk
        let wait: PendingQuery.Wait
        if let wish = unsafe desk.pointee.takePacketWish() {
            wait = .packet(wish)
        } else if let errand = unsafe desk.pointee.takeErrand() {
            wait = .errand(errand)
        } else {
            return nil
        }
        let origin = unsafe QueryOrigin(
            client: client,
            local: local,
            transport: transport,
            random: lastRandom,
            start: desk.pointee.time
        )
        let query = unsafe takeSpare()
        unsafe query._withUnsafeGuaranteedRef {
            unsafe $0.begin(request, from: origin)
            $0.wait = wait
        }
        return unsafe query
    }

    /// A query to be filled: one that was used before, if there is any.
    private mutating func takeSpare() -> Unmanaged<PendingQuery> {
        if let query = unsafe spareQueries.popFirst() { return unsafe query }
        let home = home ?? PendingHome(configuration, table)
        self.home = home
        spareQueries = home.takeStock()
        return unsafe spareQueries.popFirst() ?? PendingList.make(home)
    }

    /// Keeps no more queries of the configuration before.
    private mutating func leaveHome() {
        guard let home else { return }
        home.close()
        spareQueries.free()
        spareQueries = PendingList()
        self.home = nil
    }

    /// A random number for rotation, not for secrets (xorshift64*, Vigna 2016).
    private mutating func nextRandom() -> UInt32 {
        randomState ^= randomState &>> 12
        randomState ^= randomState &<< 25
        randomState ^= randomState &>> 27
        return lastRandom
    }

    private var lastRandom: UInt32 {
        UInt32(truncatingIfNeeded: (randomState &* 0x2545_F491_4F6C_DD1D) &>> 32)
    }
}
