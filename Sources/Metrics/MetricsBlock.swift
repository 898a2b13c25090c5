/// A worker's own counts, from the worker's start to its end.
///
/// What it counted stays: at the end the totals go to ``MetricsRegistry/shared``. It may be handed
/// to another thread, but only one at a time may count in it, or counts get lost.
///
/// `@unchecked Sendable`: its properties never change, and the slots are atomic.
public final class MetricsBlock: MetricsSink, @unchecked Sendable {
    private let registry: MetricsRegistry
    private let memory: SlotMemory
    @usableFromInline let view: MetricsWriter

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        let memory = SlotMemory()
        // SAFETY: the view is used as long as the block lives, which owns the memory.
        view = unsafe MetricsWriter(memory.slots)
        self.memory = memory
        registry.enter(view)
    }

    deinit {
        registry.retire(view)
    }

    /// Adds to a counter.
    @inlinable
    public func add(_ counter: Counter, _ count: UInt64) { view.add(counter, count) }

    /// Counts in this block without asking who holds it: for the packet path.
    ///
    /// Unsafe: the caller keeps the block as long as it uses the result.
    @unsafe public var writer: MetricsWriter { view }
}
