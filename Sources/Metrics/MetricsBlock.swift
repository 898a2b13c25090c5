/// A worker's own counts, from the worker's start to its end.
///
/// What it counted stays: at the end the totals go to ``MetricsRegistry/shared``.
public final class MetricsBlock: Sendable {
    private let registry: MetricsRegistry
    private let memory = SlotMemory()

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        registry.enter(writer)
    }

    deinit {
        registry.retire(writer)
    }

    /// Counts in this block: for one thread at a time, and no longer than the block lives.
    public var writer: MetricsWriter {
        // SAFETY: the memory is this block's own; the caller keeps the block as long.
        unsafe MetricsWriter(memory.slots)
    }
}
