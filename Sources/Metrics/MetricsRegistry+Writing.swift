// What Prometheus reads.
extension MetricsRegistry {
    /// The media type of what ``write()`` returns.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Writes all metrics in Prometheus' text format 0.0.4.
    ///
    /// Families and rows are sorted, so that equal values give equal octets.
    ///
    /// - Complexity: O(slots × blocks), and O(n log n) in the rows that are written. The lock is
    ///   held for the sums only.
    public func write() -> [UInt8] {
        let (families, totals) = state.withLock { state in
            (state.families, sums(state))
        }
        var exposition = Exposition(totals: totals)
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            exposition.write(name, family)
        }
        return exposition.octets
    }

    /// Sums slots over all blocks.
    private func sums(_ state: RegistryState) -> [UInt64] {
        var totals = [UInt64](repeating: 0, count: state.slotEnd)
        for slots in state.slotRanges {
            for slot in slots {
                var total = shared.value(slot)
                for block in state.blocks { total &+= block.value(slot) }
                totals[slot] = total
            }
        }
        return totals
    }
}
