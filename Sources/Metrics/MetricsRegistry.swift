/// All metrics of the process.
///
/// There is one; it outlives every configuration. Who asks again for a family and label set gets
/// the slots that it had, so that counters go on where they were.
///
/// A worker counts in a ``MetricsBlock`` of its own, everybody else in ``shared``; what is written
/// for Prometheus are the sums. Registration takes a lock, counting none.
///
/// The number of label sets is bounded. What comes beyond is counted in its family's row with
/// `overflow="true"`, and `martlet_metrics_refused_total` says how many label sets that were.
public final class MetricsRegistry: Sendable {
    /// Counts from any thread.
    public let shared: SharedMetrics
    let state: Locked<RegistryState>
    private let refused: CounterRange

    /// Starts with the metrics about metrics only.
    public init() {
        shared = SharedMetrics()
        var state = RegistryState()
        let reasons = RegistryState.Refusal.allCases
        let place = state.place(
            "martlet_metrics_refused_total",
            kind: .counter,
            help: "Label sets that have no row of their own.",
            labels: reasons.compactMap { LabelSet([("reason", $0.label)]) },
            exposesZeros: true
        )
        refused = CounterRange(slot: place.slot, count: reasons.count)
        self.state = Locked(state)
    }

    /// Makes a block for a worker, who keeps it until it ends.
    public func makeBlock() -> MetricsBlock { MetricsBlock(self) }

    /// The slots in use, of 65,536.
    public var slotCount: Int {
        state.withLock { state in state.slotRanges.reduce(0) { $0 + $1.count } }
    }

    /// Adds a worker's block to what is summed.
    func enter(_ block: MetricsWriter) {
        state.withLock { $0.blocks.append(block) }
    }

    /// Moves a block's totals to the shared one.
    func retire(_ block: MetricsWriter) {
        // All under the lock: a sum has the totals once, neither twice nor not at all.
        state.withLock { state in
            // SAFETY: only addresses are compared.
            state.blocks.removeAll { unsafe $0.slots == block.slots }
            for slot in state.slotRanges.joined() {
                let value = block.value(slot)
                if value > 0 { shared.add(Counter(slot: UInt32(slot)), value) }
            }
        }
    }

    func count(_ refusal: RegistryState.Refusal?, _ count: Int = 1) {
        guard let refusal else { return }
        shared.add(refused, refusal.rawValue, UInt64(count))
    }
}
