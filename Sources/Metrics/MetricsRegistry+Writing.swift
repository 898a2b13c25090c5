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

    /// Sums slots over all blocks; those that nobody has given out are left away.
    private func sums(_ state: RegistryState) -> [UInt64] {
        let end = state.slotEnd
        var totals = (0..<end).map { shared.value($0) }
        for block in state.blocks {
            for slot in 0..<state.overflowEnd { totals[slot] &+= block.value(slot) }
            for slot in Limits.firstSlot..<end { totals[slot] &+= block.value(slot) }
        }
        return totals
    }
}
