internal import ClusterView
internal import DNSWire
internal import Plugins

/// What one thread needs to answer queries: its own references to the configuration and views,
/// its own scratch memory and random numbers.
///
/// Nothing in it is shared, so that answering a query writes no memory that another core reads.
@safe
struct QueryWorker: ~Copyable {
    private let source: VersionPublisher<ServingConfiguration>
    private let port: UInt16
    private var configuration: ServingConfiguration
    private var configurationGeneration: UInt64
    private var table: RoutingTable
    private var snapshots: [ClusterSnapshot] = []
    private var snapshotGenerations: [UInt64] = []
    /// The same references, not counted, for transactions; `snapshots` holds them.
    private var references: UnsafeMutableBufferPointer<Unmanaged<ClusterSnapshot>>
    private let main = QueryScratch.Storage()
    private let spare = QueryScratch.Storage()
    private var randomState: UInt64

    /// Makes a worker that answers on a port.
    ///
    /// Its random numbers follow from `seed`, which isn't 0.
    init(
        _ source: VersionPublisher<ServingConfiguration>,
        port: UInt16,
        seed: UInt64 = .random(in: 1 ... .max)
    ) {
        self.source = source
        self.port = port
        configurationGeneration = source.generation
        configuration = source.current
        table = configuration.table(port: port)
        randomState = seed
        unsafe references = .allocate(capacity: 0)
        adoptViews()
    }

    deinit {
        unsafe references.deallocate()
    }

    /// Looks once whether there is a newer configuration or view; call it before each batch.
    mutating func refresh() {
        let generation = source.generation
        if generation != configurationGeneration {
            configurationGeneration = generation
            configuration = source.current
            table = configuration.table(port: port)
            adoptViews()
            return
        }
        for index in snapshots.indices {
            let view = configuration.views[index]
            let generation = view.generation
            guard generation != snapshotGenerations[index] else { continue }
            snapshotGenerations[index] = generation
            snapshots[index] = view.current
            unsafe references[index] = .passUnretained(snapshots[index])
        }
    }

    private mutating func adoptViews() {
        let views = configuration.views
        // The number first: a version that comes in between is fetched again next time.
        snapshotGenerations = views.map(\.generation)
        snapshots = views.map(\.current)
        unsafe references.deallocate()
        unsafe references = .allocate(capacity: max(1, snapshots.count))
        for (index, snapshot) in snapshots.enumerated() {
            unsafe references.initializeElement(at: index, to: .passUnretained(snapshot))
        }
    }

    /// Answers one packet.
    ///
    /// - Returns: The octets of the reply; 0 if there is none.
    mutating func answer(_ exchange: Exchange) -> Int {
        unsafe table.answer(
            exchange,
            scratch: main.scratch,
            spare: spare.scratch,
            random: nextRandom(),
            snapshots: UnsafeBufferPointer(references),
            depth: 0
        )
    }

    /// A random number for rotation, not for secrets (xorshift64*, Vigna 2016).
    private mutating func nextRandom() -> UInt32 {
        randomState ^= randomState &>> 12
        randomState ^= randomState &<< 25
        randomState ^= randomState &>> 27
        return UInt32(truncatingIfNeeded: (randomState &* 0x2545_F491_4F6C_DD1D) &>> 32)
    }
}
