internal import Synchronization

/// Lets readers use memory that writers replace, without locks or counted references.
///
/// A reader says when it begins to look (`enter`) and when it holds nothing any more (`leave`).
/// A writer that has taken an entry out of a table doesn't free it, but retires it with the present
/// epoch's number, and frees it once every reader that is looking began in a later epoch.
///
/// Why that is safe: all accesses to the epoch, to the readers' slots and to the table's pointers
/// are sequentially consistent, so there is one order of them all. Let a writer unlink an entry,
/// retire it in epoch *e*, later advance the epoch to *e* + 1, and then look at a reader's slot.
/// - It finds a number of at most *e*: the entry is kept.
/// - It finds a greater number: the reader read that number after the epoch was advanced, hence
///   after the entry was unlinked, and only then looked into the table: it can't have the entry.
/// - It finds 0, and the reader enters later: the reader looks into the table after that, hence
///   after the entry was unlinked: it can't have it either.
/// - It finds 0, and the reader has left: `leave` comes after all that the reader read of the entry
///   and is a release that the writer's look acquires, so the memory is freed after it.
///
/// A reader that sleeps must have left: it delays everything that is retired meanwhile. Caches
/// bound what may wait, and keep nothing new beyond that (see ``CacheLimits``).
///
/// `@unchecked Sendable`: `slots` never changes after `init`; what it points to is atomic.
@safe
public final class ReaderEpochs: @unchecked Sendable {
    /// Words of a slot: two cache lines, as processors fetch lines in pairs.
    static let slotWords = 16

    private let slots: UnsafeMutablePointer<Atomic<UInt64>>
    private let capacity: Int
    private let epoch = Atomic<UInt64>(1)
    /// Slots that have ever been taken: writers look at no others.
    private let used = Atomic<Int>(0)

    /// Makes a domain for at most `readersMax` readers at a time.
    public init(readersMax: Int = CacheLimits.readersMax) {
        precondition(readersMax > 0, "a domain has room for one reader at least")
        capacity = readersMax
        let words = readersMax * ReaderEpochs.slotWords
        unsafe slots = .allocate(capacity: words)
        for index in 0..<words { unsafe (slots + index).initialize(to: Atomic(0)) }
    }

    deinit {
        // SAFETY: readers hold this object strongly, so none is left.
        unsafe slots.deinitialize(count: capacity * ReaderEpochs.slotWords)
        unsafe slots.deallocate()
    }

    /// Makes the caller a reader.
    ///
    /// - Returns: Nil if as many readers as the domain has room for exist.
    public func register() -> EpochReader? {
        for index in 0..<capacity {
            // SAFETY: index < capacity; the second word of a slot says whether it is taken.
            let slot = unsafe slots + index * ReaderEpochs.slotWords
            let (isMine, _) = unsafe slot[1].compareExchange(
                expected: 0,
                desired: 1,
                ordering: .sequentiallyConsistent
            )
            guard isMine else { continue }
            raiseUsed(to: index + 1)
            return unsafe EpochReader(domain: self, slot: slot)
        }
        return nil
    }

    private func raiseUsed(to count: Int) {
        var present = used.load(ordering: .sequentiallyConsistent)
        while present < count {
            let (done, now) = used.compareExchange(
                expected: present,
                desired: count,
                ordering: .sequentiallyConsistent
            )
            if done { return }
            present = now
        }
    }

    /// The number of the present epoch, at least 1.
    var current: UInt64 { epoch.load(ordering: .sequentiallyConsistent) }

    /// Begins the next epoch, and tells the oldest one in which a reader is still looking.
    ///
    /// What was retired in an earlier epoch than that can be freed.
    func advance() -> UInt64 {
        let next = epoch.add(1, ordering: .sequentiallyConsistent).newValue
        var oldest = next
        let count = used.load(ordering: .sequentiallyConsistent)
        for index in 0..<count {
            // SAFETY: index < used ≤ capacity.
            let began = unsafe slots[index * ReaderEpochs.slotWords].load(
                ordering: .sequentiallyConsistent
            )
            if began != 0, began < oldest { oldest = began }
        }
        return oldest
    }
}

/// One thread's right to read caches; it ends with the value.
///
/// `@unchecked Sendable`: it may be made in one thread and used in another, one at a time, which
/// being noncopyable makes sure of; the slot is atomic and outlives it.
@safe
public struct EpochReader: ~Copyable, @unchecked Sendable {
    private let domain: ReaderEpochs
    private let slot: UnsafeMutablePointer<Atomic<UInt64>>

    /// Unsafe: the slot is one of the domain's, and nobody else's.
    @unsafe
    init(domain: ReaderEpochs, slot: UnsafeMutablePointer<Atomic<UInt64>>) {
        self.domain = domain
        unsafe self.slot = unsafe slot
    }

    deinit {
        // SAFETY: the domain is still held, so the slot's memory is there.
        unsafe slot[0].store(0, ordering: .sequentiallyConsistent)
        unsafe slot[1].store(0, ordering: .sequentiallyConsistent)
    }

    /// Begins to read, or begins anew: hits from before are not valid any more.
    ///
    /// Call it once per batch. Calls don't nest.
    public borrowing func enter() -> ReadingEpoch {
        // SAFETY: the domain is held, so the slot's memory is there.
        unsafe slot[0].store(domain.current, ordering: .sequentiallyConsistent)
        return unsafe ReadingEpoch(slot: slot)
    }

    /// Ends reading: hits are not valid any more.
    ///
    /// Call it before the thread waits for anything.
    public borrowing func leave() {
        // SAFETY: as in `enter`.
        unsafe slot[0].store(0, ordering: .sequentiallyConsistent)
    }
}

/// Shows that its holder is reading: what ``EpochReader/enter()`` returned, until `leave`.
@safe
public struct ReadingEpoch {
    private let slot: UnsafeMutablePointer<Atomic<UInt64>>

    @unsafe
    init(slot: UnsafeMutablePointer<Atomic<UInt64>>) {
        unsafe self.slot = unsafe slot
    }

    /// Whether the reader is inside an epoch.
    ///
    /// Valid as long as the reader is.
    public var isActive: Bool { unsafe slot[0].load(ordering: .relaxed) != 0 }
}
