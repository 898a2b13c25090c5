internal import Glibc
internal import Synchronization

/// The hash table: buckets of one cache line each, with seven pointers to entries.
///
/// The first word of a bucket holds a tag of eight bits for each pointer (0: free), and in its last
/// octet how many entries were put into later buckets because this one was full. A look-up reads
/// this word, then the pointers whose tags fit, and goes on to the next bucket only if that count
/// isn't 0. A pointer is stored before its tag and cleared after it; what a reader finds under an
/// old tag has another key, and it compares keys.
///
/// Readers need no lock; writers hold the cache's.
@safe
struct EntryTable: ~Copyable {
    private static let bucketWords = 8
    static let slotsPerBucket = 7

    private let memory: UnsafeMutableRawPointer
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let mask: Int

    /// Makes a table for `capacity` entries, half of its slots free.
    init(capacity: Int) {
        var buckets = 2
        while buckets * EntryTable.slotsPerBucket < capacity * 3 / 2 { buckets *= 2 }
        mask = buckets - 1
        let count = buckets * EntryTable.bucketWords
        guard let memory = unsafe calloc(count * 8 + 64, 1) else {
            preconditionFailure("no memory for a cache of \(capacity) entries: lower its capacity")
        }
        unsafe self.memory = memory
        // SAFETY: 64 octets more than needed were allocated; an atomic word of zeros is valid.
        unsafe words = memory.alignedUp(toMultipleOf: 64)
            .bindMemory(to: Atomic<UInt64>.self, capacity: count)
    }

    deinit {
        // SAFETY: the cache goes away, so there are no readers; atomic words need no clean-up.
        unsafe Glibc.free(memory)
    }

    /// Octets of memory that the table takes.
    var memoryOctetCount: Int { (mask + 1) * EntryTable.bucketWords * 8 }

    private func word(_ bucket: Int, _ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        // SAFETY: bucket ≤ mask, index < bucketWords.
        unsafe words + (bucket &* EntryTable.bucketWords &+ index)
    }

    private static func tag(_ hash: UInt64) -> UInt64 { hash &>> 56 | 1 }

    /// The entries of one hash, one after the other; others may come among them.
    @safe
    struct Probe {
        fileprivate let words: UnsafeMutablePointer<Atomic<UInt64>>
        fileprivate let mask: Int
        fileprivate let pattern: UInt64
        fileprivate var bucket: Int
        fileprivate var candidates: UInt64 = 0
        fileprivate var hasMore = true
        fileprivate var stepsLeft = CacheLimits.probeBucketsMax

        /// The next entry whose tag fits.
        @inline(__always)
        mutating func next() -> EntryRef? {
            while true {
                while candidates != 0 {
                    let slot = candidates.trailingZeroBitCount &>> 3
                    candidates &= candidates &- 1
                    // SAFETY: bucket ≤ mask, slot < 7; a pointer in the table is valid for who is
                    // in an epoch or holds the lock.
                    let bits = unsafe words[bucket &* bucketWords &+ 1 &+ slot].load(
                        ordering: .sequentiallyConsistent
                    )
                    if let pointer = unsafe UnsafeMutablePointer<Entry>(
                        bitPattern: UInt(truncatingIfNeeded: bits)
                    ) {
                        return unsafe EntryRef(pointer)
                    }
                }
                guard hasMore, stepsLeft > 0 else { return nil }
                if stepsLeft < CacheLimits.probeBucketsMax { bucket = (bucket &+ 1) & mask }
                stepsLeft &-= 1
                let control = unsafe words[bucket &* bucketWords].load(ordering: .acquiring)
                hasMore = control &>> 56 != 0
                // Octets that equal the tag become 0; a few others may look so above a true one.
                let difference = control ^ pattern
                candidates =
                    (difference &- 0x01_0101_0101_0101) & ~difference & 0x80_8080_8080_8080
            }
        }
    }

    /// Begins to look for a hash.
    @inline(__always)
    func probe(_ hash: UInt64) -> Probe {
        unsafe Probe(
            words: words,
            mask: mask,
            pattern: EntryTable.tag(hash) &* 0x01_0101_0101_0101,
            bucket: Int(truncatingIfNeeded: hash) & mask
        )
    }

    /// Puts an entry in.
    ///
    /// - Returns: False, with nothing changed, if all buckets that it may lie in are full.
    func insert(_ entry: EntryRef) -> Bool {
        let hash = unsafe entry.pointer.pointee.hash
        let home = Int(truncatingIfNeeded: hash) & mask
        for step in 0..<CacheLimits.probeBucketsMax {
            let bucket = (home + step) & mask
            let control = unsafe word(bucket, 0).pointee.load(ordering: .relaxed)
            guard let slot = EntryTable.freeSlot(control) else { continue }
            for passed in 0..<step { addDisplaced(1, (home + passed) & mask) }
            let bits = unsafe UInt64(UInt(bitPattern: entry.pointer))
            unsafe word(bucket, slot + 1).pointee.store(bits, ordering: .sequentiallyConsistent)
            let tagged = control | EntryTable.tag(hash) << UInt64(slot * 8)
            unsafe word(bucket, 0).pointee.store(tagged, ordering: .releasing)
            return true
        }
        return false
    }

    /// Takes an entry out that is in.
    func remove(_ entry: EntryRef) {
        guard let (bucket, slot, steps) = find(entry) else { return }
        let home = unsafe Int(truncatingIfNeeded: entry.pointer.pointee.hash) & mask
        let control = unsafe word(bucket, 0).pointee.load(ordering: .relaxed)
        let cleared = control & ~(0xFF << UInt64(slot * 8))
        unsafe word(bucket, 0).pointee.store(cleared, ordering: .releasing)
        unsafe word(bucket, slot + 1).pointee.store(0, ordering: .sequentiallyConsistent)
        for passed in 0..<steps { addDisplaced(-1, (home + passed) & mask) }
    }

    /// Puts an entry in the place of another with the same hash.
    func replace(_ old: EntryRef, with new: EntryRef) {
        guard let (bucket, slot, _) = find(old) else { return }
        let bits = unsafe UInt64(UInt(bitPattern: new.pointer))
        unsafe word(bucket, slot + 1).pointee.store(bits, ordering: .sequentiallyConsistent)
    }

    private static func freeSlot(_ control: UInt64) -> Int? {
        (0..<slotsPerBucket).first { control >> UInt64($0 * 8) & 0xFF == 0 }
    }

    /// An entry whose place a new one of this hash may take.
    func someEntry(near hash: UInt64) -> EntryRef? {
        let bucket = Int(truncatingIfNeeded: hash) & mask
        let slot = 1 + Int(truncatingIfNeeded: hash >> 40) % EntryTable.slotsPerBucket
        let bits = unsafe word(bucket, slot).pointee.load(ordering: .relaxed)
        // SAFETY: the caller holds the lock, so what is in the table is valid.
        return unsafe UnsafeMutablePointer<Entry>(bitPattern: UInt(bits)).map {
            unsafe EntryRef($0)
        }
    }

    private func find(_ entry: EntryRef) -> (bucket: Int, slot: Int, steps: Int)? {
        let home = unsafe Int(truncatingIfNeeded: entry.pointer.pointee.hash) & mask
        let bits = unsafe UInt64(UInt(bitPattern: entry.pointer))
        for step in 0..<CacheLimits.probeBucketsMax {
            let bucket = (home + step) & mask
            for slot in 0..<EntryTable.slotsPerBucket
            where unsafe word(bucket, slot + 1).pointee.load(ordering: .relaxed) == bits {
                return (bucket, slot, step)
            }
        }
        return nil
    }

    /// Changes how many entries passed a bucket: at most those of the seven buckets behind it.
    private func addDisplaced(_ change: Int, _ bucket: Int) {
        let control = unsafe word(bucket, 0).pointee.load(ordering: .relaxed)
        let count = Int(control >> 56) + change
        assert(count >= 0 && count <= 0xFF, "at most 7 × 7 entries lie behind a bucket")
        let changed = control & (1 << 56 - 1) | UInt64(truncatingIfNeeded: count) << 56
        unsafe word(bucket, 0).pointee.store(changed, ordering: .releasing)
    }
}
