/// Lists of whole bounds at places that never change, one for each list ever used.
///
/// There are as many lists as kinds of histograms, so that keeping them for ever costs nothing and
/// lets a histogram be a plain value.
enum BoundTable {
    /// A list that lives as long as the process.
    ///
    /// `@unchecked Sendable`: the memory is written before the entry exists, and never again.
    @safe
    struct Entry: @unchecked Sendable {
        let pointer: UnsafePointer<UInt64>
        let count: Int
    }

    private static let entries = Locked<[[UInt64]: Entry]>([:])

    /// The list with these values.
    static func entry(_ bounds: [UInt64]) -> Entry {
        entries.withLock { entries in
            if let entry = entries[bounds] { return entry }
            // SAFETY: memory of its own, with room for at least one value, all of it initialised.
            let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: max(bounds.count, 1))
            unsafe memory.initialize(repeating: 0, count: max(bounds.count, 1))
            for index in bounds.indices { unsafe memory[index] = bounds[index] }
            let entry = unsafe Entry(pointer: UnsafePointer(memory), count: bounds.count)
            entries[bounds] = entry
            return entry
        }
    }
}
