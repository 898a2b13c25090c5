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
public struct MetricsWriter: MetricsSink {
    @usableFromInline let slots: UnsafeMutablePointer<Atomic<UInt64>>

    init(_ slots: UnsafeMutablePointer<Atomic<UInt64>>) {
        unsafe self.slots = unsafe slots
    }

    /// Adds to a counter.
    @inlinable
    public func add(_ counter: Counter, _ count: UInt64) {
        // SAFETY: every counter's slot is below the number of slots of every block.
        let slot = unsafe slots + Int(counter.slot)
        let value = unsafe slot.pointee.load(ordering: .relaxed)
        unsafe slot.pointee.store(value &+ count, ordering: .relaxed)
    }

    /// What a slot holds.
    func value(_ slot: Int) -> UInt64 {
        // SAFETY: the caller's slots are below the number that a block has.
        unsafe slots[slot].load(ordering: .relaxed)
    }
}

@available(*, unavailable)
extension MetricsWriter: Sendable {}
