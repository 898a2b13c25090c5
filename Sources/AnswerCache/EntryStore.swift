/// One of the two stores: which entries it has, and which goes when it is full.
///
/// The policy is S3-FIFO (Yang and others, 2023): a tenth of the entries is a queue of newcomers,
/// whose oldest moves to the main queue if it was asked for again and goes otherwise. So names that
/// are asked once, however many, pass through that tenth and leave the others alone. The main
/// queue gives those asked since the last time another round. Names that were evicted lately are
/// remembered by a few bits of their hash; one that comes back goes to the main queue at once.
///
/// Belongs to the writer: used with the lock held only.
struct EntryStore {
    /// What the store may hold.
    let capacity: CacheCapacity
    /// Octets of memory of its entries.
    private(set) var octetCount = 0
    /// Entries that had to go for others.
    private(set) var evictionCount: UInt64 = 0
    private var newcomers = EntryQueue()
    private var main = EntryQueue()
    /// Halves of the hashes of evicted newcomers, each at the place that the other half says.
    private var departed: [UInt32]

    init(capacity: CacheCapacity) {
        self.capacity = capacity
        var places = 16
        while places < min(capacity.entries, 1 << 20) { places *= 2 }
        departed = Array(repeating: 0, count: places)
    }

    /// Entries that it has.
    var count: Int { newcomers.count + main.count }

    /// Whether there is room for one more, of this many octets.
    func hasRoom(for octets: Int) -> Bool {
        count < capacity.entries && octetCount + octets <= capacity.octets
    }

    /// Puts an entry in.
    mutating func add(_ entry: EntryRef, hash: UInt64) {
        octetCount += entry.memoryOctetCount
        let place = Int(truncatingIfNeeded: hash) & (departed.count - 1)
        let isBack = departed[place] == UInt32(truncatingIfNeeded: hash >> 32)
        entry.isInMain = isBack
        if isBack { main.push(entry) } else { newcomers.push(entry) }
    }

    /// Takes an entry out.
    mutating func remove(_ entry: EntryRef) {
        octetCount -= entry.memoryOctetCount
        if entry.isInMain { main.remove(entry) } else { newcomers.remove(entry) }
    }

    /// Puts an entry in the place of an older one for the same key.
    mutating func replace(_ old: EntryRef, with new: EntryRef) {
        octetCount += new.memoryOctetCount - old.memoryOctetCount
        new.isInMain = old.isInMain
        if old.isInMain {
            main.replace(old, with: new)
        } else {
            newcomers.replace(old, with: new)
        }
    }

    /// Takes out the entry that should go first; nil if there is none.
    ///
    /// One for which `isOver` holds is of no use any more, however often it was asked for.
    mutating func evict(_ isOver: (EntryRef) -> Bool) -> EntryRef? {
        var steps = 0
        while true {
            steps += 1
            let isFromMain = newcomers.count * 10 < count || newcomers.count == 0
            guard let entry = isFromMain ? main.oldest : newcomers.oldest else { return nil }
            if steps < CacheLimits.evictionStepsMax, !isOver(entry), entry.takeVisit() {
                if isFromMain { main.remove(entry) } else { newcomers.remove(entry) }
                entry.isInMain = true
                main.push(entry)
                continue
            }
            if !isFromMain { noteDeparture(of: entry) }
            remove(entry)
            evictionCount += 1
            return entry
        }
    }

    /// Counts an entry that went for another because of where its key lies in the table.
    mutating func countEviction() { evictionCount += 1 }

    private mutating func noteDeparture(of entry: EntryRef) {
        let hash = unsafe entry.pointer.pointee.hash
        let place = Int(truncatingIfNeeded: hash) & (departed.count - 1)
        departed[place] = UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// Calls `body` with each entry, those that would go last first.
    func visitAll(_ body: (EntryRef) -> Void) {
        for queue in [main, newcomers] {
            var entry = queue.newest
            while let present = entry {
                entry = present.older
                body(present)
            }
        }
    }
}
