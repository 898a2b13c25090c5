/// The questions under way that others may join, by what they have in common.
///
/// A hash table with open addressing, at most half full, that grows with the questions under way.
/// It counts no references.
@safe
struct SharedQuestions: ~Copyable {
    @safe
    private struct Entry {
        var key: UInt64 = 0
        var exchange: Unmanaged<Exchange>?
    }

    // SAFETY, for all uses: there is memory for `mask + 1` entries, all initialized, and a position
    // is always masked. An exchange is never freed while the table that it came from lives, which
    // is as long as its group does.
    private var entries: UnsafeMutablePointer<Entry>
    private var mask: Int
    private(set) var count = 0

    init() {
        mask = 63
        unsafe entries = Self.memory(mask + 1)
    }

    deinit {
        unsafe entries.deallocate()
    }

    private static func memory(_ count: Int) -> UnsafeMutablePointer<Entry> {
        let memory = UnsafeMutablePointer<Entry>.allocate(capacity: count)
        unsafe memory.initialize(repeating: Entry(), count: count)
        return unsafe memory
    }

    /// The question with a key.
    func find(_ key: UInt64) -> Exchange? {
        var position = Int(truncatingIfNeeded: key) & mask
        while let exchange = unsafe entries[position].exchange {
            if unsafe entries[position].key == key { return unsafe exchange.takeUnretainedValue() }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Puts a question in, in place of another one with the same key.
    mutating func set(_ key: UInt64, _ exchange: Exchange) {
        if 2 * (count + 1) > mask { grow() }
        unsafe put(Entry(key: key, exchange: .passUnretained(exchange)))
    }

    private mutating func put(_ entry: Entry) {
        var position = Int(truncatingIfNeeded: entry.key) & mask
        while unsafe entries[position].exchange != nil, unsafe entries[position].key != entry.key {
            position = (position + 1) & mask
        }
        if unsafe entries[position].exchange == nil { count += 1 }
        unsafe entries[position] = entry
    }

    private mutating func grow() {
        let (old, oldCount) = unsafe (entries, mask + 1)
        mask = 2 * oldCount - 1
        count = 0
        unsafe entries = Self.memory(mask + 1)
        for position in 0..<oldCount where unsafe old[position].exchange != nil {
            unsafe put(old[position])
        }
        unsafe old.deallocate()
    }

    /// Takes a question out, unless another one has its place.
    mutating func remove(_ key: UInt64, _ exchange: Exchange) {
        var hole = Int(truncatingIfNeeded: key) & mask
        while unsafe entries[hole].exchange != nil, unsafe entries[hole].key != key {
            hole = (hole + 1) & mask
        }
        let meant = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        guard unsafe entries[hole].exchange?.toOpaque() == meant else { return }
        count -= 1
        // What follows moves up, as far as it may: no lookup stops at a hole before its entry.
        var next = (hole + 1) & mask
        while unsafe entries[next].exchange != nil {
            let home = unsafe Int(truncatingIfNeeded: entries[next].key) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                unsafe entries[hole] = entries[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        unsafe entries[hole].exchange = nil
    }
}
