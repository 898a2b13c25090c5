public import Synchronization

/// Counts in a worker's own block.
///
/// Nobody else writes there, so that adding is a load and a store: no locked instruction, no cache
/// line that another core wants.
///
/// A view: it doesn't own the memory, see ``MetricsBlock``, which its holder keeps as long. To be
/// used by one thread at a time.
@frozen
@safe
public struct MetricsWriter {
    @usableFromInline let slots: UnsafeMutablePointer<Atomic<UInt64>>

    init(_ slots: UnsafeMutablePointer<Atomic<UInt64>>) {
        unsafe self.slots = unsafe slots
    }

    /// Adds to a counter.
    @inlinable
    public func add(_ counter: Counter, _ count: UInt64 = 1) {
        // SAFETY: every counter's slot is below the number of slots of every block.
        let slot = unsafe slots + Int(counter.slot)
        let value = unsafe slot.pointee.load(ordering: .relaxed)
        unsafe slot.pointee.store(value &+ count, ordering: .relaxed)
    }

    /// Adds to the counter of a range that an index chooses; see ``CounterRange/subscript(_:)``.
    @inlinable
    public func add(_ range: CounterRange, _ index: Int, _ count: UInt64 = 1) {
        add(range[index], count)
    }

    /// Puts a duration into a histogram of seconds.
    @inlinable
    public func observe(_ histogram: Histogram, nanoseconds: UInt64) {
        add(histogram.bucket(of: nanoseconds))
        add(histogram.sum, nanoseconds)
    }

    /// Puts a duration into a histogram of seconds.
    @inlinable
    public func observe(_ histogram: Histogram, seconds: Double) {
        observe(histogram, nanoseconds: Histogram.nanoseconds(seconds))
    }

    /// Puts a number into a histogram of octets.
    @inlinable
    public func observe(_ histogram: Histogram, octets: Int) {
        let value = UInt64(max(octets, 0))
        add(histogram.bucket(of: value))
        add(histogram.sum, value)
    }

    /// What a slot holds.
    func value(_ slot: Int) -> UInt64 {
        // SAFETY: the caller's slots are below the number that a block has.
        unsafe slots[slot].load(ordering: .relaxed)
    }
}

@available(*, unavailable)
extension MetricsWriter: Sendable {}
