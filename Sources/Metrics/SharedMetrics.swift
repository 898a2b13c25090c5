internal import Synchronization

/// Counts from any thread.
///
/// Each addition locks a cache line; what counts for every packet has a ``MetricsBlock`` instead.
public final class SharedMetrics: Sendable {
    private let memory = SlotMemory()

    init() {}

    /// Adds to a counter.
    public func add(_ counter: Counter, _ count: UInt64 = 1) {
        // SAFETY: every counter's slot is below the number of slots of every block.
        unsafe memory.slots[Int(counter.slot)].add(count, ordering: .relaxed)
    }

    /// Adds to the counter of a range that an index chooses; see ``CounterRange/subscript(_:)``.
    public func add(_ range: CounterRange, _ index: Int, _ count: UInt64 = 1) {
        add(range[index], count)
    }

    /// Puts a duration into a histogram of seconds.
    public func observe(_ histogram: Histogram, nanoseconds: UInt64) {
        add(histogram.bucket(of: nanoseconds))
        add(histogram.sum, nanoseconds)
    }

    /// Puts a duration into a histogram of seconds.
    public func observe(_ histogram: Histogram, seconds: Double) {
        observe(histogram, nanoseconds: Histogram.nanoseconds(seconds))
    }

    /// Puts a number into a histogram of octets.
    public func observe(_ histogram: Histogram, octets: Int) {
        let value = UInt64(max(octets, 0))
        add(histogram.bucket(of: value))
        add(histogram.sum, value)
    }

    /// What a slot holds.
    func value(_ slot: Int) -> UInt64 {
        // SAFETY: the caller's slots are below the number that a block has.
        unsafe memory.slots[slot].load(ordering: .relaxed)
    }
}
