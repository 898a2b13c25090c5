internal import ClusterView
internal import DNSWire

/// The queries of a batch, read before the first of them is answered, so that what they ask for is
/// fetched for all of them at once.
///
/// Slot numbers are below `Limits.batchCount` everywhere.
@safe
struct ReadBatch: ~Copyable {
    private let queries: UnsafeMutablePointer<ReadQuery>
    private let scratches = QueryScratch.Storage(count: Limits.batchCount)
    private var look = LookAhead()

    /// Allocates the memory.
    init() {
        unsafe queries = .allocate(capacity: Limits.batchCount)
        unsafe queries.initialize(repeating: ReadQuery(), count: Limits.batchCount)
    }

    deinit {
        // SAFETY: allocated in init, owned by this value alone; queries are trivial.
        unsafe queries.deallocate()
    }

    /// Reads the packet of a slot, and begins to fetch what it asks a version for.
    mutating func read(
        _ packet: UnsafeRawBufferPointer,
        to slot: Int,
        for snapshot: Unmanaged<ClusterSnapshot>?
    ) {
        precondition(slot >= 0 && slot < Limits.batchCount)
        let query = unsafe queries + slot
        let scratch = scratches[slot]
        unsafe query.pointee = ReadQuery()
        unsafe query.pointee.verdict = query.pointee.view.read(packet, scratch: scratch)
        guard unsafe query.pointee.verdict == .answer, let snapshot = unsafe snapshot else {
            return
        }
        unsafe snapshot._withUnsafeGuaranteedRef {
            unsafe look.add(query.pointee.view, scratch, in: $0)
        }
    }

    /// Fetches the rest of what was begun.
    mutating func finish(for snapshot: Unmanaged<ClusterSnapshot>?) {
        guard let snapshot = unsafe snapshot else { return }
        unsafe snapshot._withUnsafeGuaranteedRef { _ = look.finish(in: $0) }
    }

    /// The query of a slot.
    func query(_ slot: Int) -> ReadQuery {
        precondition(slot >= 0 && slot < Limits.batchCount)
        return unsafe queries[slot]
    }

    /// The memory that holds the name of a slot's query.
    func scratch(_ slot: Int) -> QueryScratch { scratches[slot] }
}
