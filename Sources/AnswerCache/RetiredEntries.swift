/// Entries that were taken out of the table and wait until no reader can have them.
///
/// Belongs to the writer: used with the lock held only.
struct RetiredEntries {
    private var queue = EntryQueue()
    private(set) var octetCount = 0

    var count: Int { queue.count }

    /// Whether so much waits that nothing more should be kept.
    var isFull: Bool {
        count >= CacheLimits.retiredEntriesMax || octetCount >= CacheLimits.retiredOctetsMax
    }

    /// Takes an entry that was taken out of the table.
    mutating func add(_ entry: EntryRef, in epoch: UInt64) {
        entry.retiredIn = epoch
        queue.push(entry)
        octetCount += entry.memoryOctetCount
    }

    /// Frees what was retired before the epoch in which the first reader began.
    mutating func free(before oldest: UInt64) {
        while let entry = queue.oldest, entry.retiredIn < oldest {
            queue.remove(entry)
            octetCount -= entry.memoryOctetCount
            entry.free()
        }
    }

    /// Frees everything; only when there are no readers.
    mutating func freeAll() { free(before: .max) }
}
