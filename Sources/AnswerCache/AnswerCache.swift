internal import Synchronization

/// Replies kept for later: looked up by many threads at packet-path cost, written under a lock.
///
/// A look-up takes no lock, allocates nothing, counts no reference, and writes nothing that another
/// core reads, but the mark of an entry that was not asked for since eviction last passed by. What
/// it finds is borrowed until the reader leaves its epoch (see ``ReaderEpochs``).
///
/// Time is given by the caller: nanoseconds of a clock that never goes back.
///
/// `@unchecked Sendable`: `table` is made for readers beside a writer; the stores and `retired` are
/// used with `lock` held only; all else never changes.
@safe
public final class AnswerCache: @unchecked Sendable {
    /// How the cache is set up.
    public let configuration: CacheConfiguration
    let epochs: ReaderEpochs
    let table: EntryTable
    let lock = WriterLock()
    let seed: UInt64
    private let staleTime: UInt64
    private let countedHits: UInt32
    private let countingGap: UInt32

    // With `lock` held only.
    var success: EntryStore
    var denial: EntryStore
    var retired = RetiredEntries()

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - configuration: How it is set up.
    ///   - epochs: The domain of the threads that will read it.
    ///   - seed: The seed of hashes; random unless a test wants to repeat a run.
    public init(
        _ configuration: CacheConfiguration = CacheConfiguration(),
        epochs: ReaderEpochs,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.configuration = configuration
        self.epochs = epochs
        self.seed = seed
        staleTime = UInt64(configuration.staleSeconds) * CacheLimits.second
        countedHits = configuration.countedHits
        countingGap = configuration.countingGapSeconds
        let capacity = max(0, configuration.success.entries) + max(0, configuration.denial.entries)
        table = EntryTable(capacity: capacity)
        success = EntryStore(capacity: configuration.success)
        denial = EntryStore(capacity: configuration.denial)
    }

    deinit {
        // Who reads a cache holds it, so nobody does any more.
        success.visitAll { $0.free() }
        denial.visitAll { $0.free() }
        retired.freeAll()
    }

    /// Looks a question up.
    ///
    /// - Parameters:
    ///   - key: The question.
    ///   - now: The present time.
    ///   - epoch: What shows that the caller is reading.
    ///   - order: Which of two entries to prefer.
    /// - Returns: What was found, valid until the reader leaves the epoch; nil if nothing usable.
    public func lookup(
        _ key: CacheKey,
        now: UInt64,
        in epoch: ReadingEpoch,
        order: LookupOrder = .newestFirst
    ) -> CacheHit? {
        assert(epoch.isActive, "look-ups are allowed between enter and leave only")
        let hash = key.hash(seed: seed)
        var denial: EntryRef?
        var success: EntryRef?
        var probe = table.probe(hash)
        while let entry = probe.next() {
            guard entry.matches(key, hash: hash) else { continue }
            guard !isOver(entry, now: now) else { continue }
            if entry.store == .success { success = entry } else { denial = entry }
        }
        guard let entry = AnswerCache.choose(success, denial, now: now, order: order) else {
            return nil
        }
        entry.visit()
        if countedHits > 0 { entry.countHit(now: now, upTo: countedHits, gap: countingGap) }
        return CacheHit(entry: entry, now: now)
    }

    @inline(__always)
    private static func choose(
        _ success: EntryRef?,
        _ denial: EntryRef?,
        now: UInt64,
        order: LookupOrder
    ) -> EntryRef? {
        guard let denial else { return success }
        guard let success else { return denial }
        if order == .positiveFirst { return success }
        // Even a stale answer is of more use than a failure (RFC 8767 §4).
        if denial.isFailure { return success }
        // SAFETY: as in `lookup`.
        let isSuccessFresh = unsafe now < success.pointer.pointee.expiry
        let isDenialFresh = unsafe now < denial.pointer.pointee.expiry
        return isSuccessFresh && !isDenialFresh ? success : denial
    }

    /// Whether an entry is of no use any more; a failure never is after its time.
    @inline(__always)
    func isOver(_ entry: EntryRef, now: UInt64) -> Bool {
        // SAFETY: who asks is in an epoch, or holds the lock.
        unsafe now >= entry.pointer.pointee.expiry &+ (entry.isFailure ? 0 : staleTime)
    }
}
