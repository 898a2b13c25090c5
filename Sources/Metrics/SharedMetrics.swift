internal import Synchronization

/// Counts from any thread.
///
/// Each addition locks a cache line; what counts for every packet has a ``MetricsBlock`` instead.
public final class SharedMetrics: MetricsSink, Sendable {
    private let memory = SlotMemory()

    init() {}

    /// Adds to a counter.
    public func add(_ counter: Counter, _ count: UInt64) {
        // SAFETY: every counter's slot is below the number of slots of every block.
        // Wrapping: whatever is added, counting never ends the process.
        unsafe memory.slots[Int(counter.slot)].wrappingAdd(count, ordering: .relaxed)
    }

    /// What a slot holds.
    func value(_ slot: Int) -> UInt64 {
        // SAFETY: the caller's slots are below the number that a block has.
        unsafe memory.slots[slot].load(ordering: .relaxed)
    }
}
