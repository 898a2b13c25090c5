// Counters and histograms: asked for when a configuration is made, never while counting.
extension MetricsRegistry {
    /// Finds or makes a counter.
    ///
    /// - Parameters:
    ///   - name: The family's name, ending in `_total`.
    ///   - help: A sentence about the family; the first one given stays.
    ///   - labels: Names and values, in any order.
    ///   - exposesZeros: Whether it is written before it has counted anything.
    /// - Returns: The counter's place, or that of its family's overflow row.
    public func counter(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        exposesZeros: Bool = true
    ) -> Counter {
        counters(name, help: help, labels: [labels], exposesZeros: exposesZeros)[0]
    }

    /// Finds or makes counters that an index chooses, one for each label set.
    ///
    /// A list that differs from an earlier one gets slots of its own; label sets that are in both
    /// keep what they had counted.
    ///
    /// - Parameters:
    ///   - name: The family's name, ending in `_total`.
    ///   - help: A sentence about the family; the first one given stays.
    ///   - labels: The label sets, by index. The same one may come several times.
    ///   - exposesZeros: Whether those are written that haven't counted anything.
    /// - Returns: As many places as there are label sets, or one that counts for all of them.
    public func counters(
        _ name: String,
        help: String,
        labels: [[(String, String)]],
        exposesZeros: Bool = false
    ) -> CounterRange {
        let sets = labels.compactMap { LabelSet($0) }
        var place = RegistryState.Place.unattributed(.name)
        if sets.count == labels.count {
            place = state.withLock {
                $0.place(
                    name,
                    kind: .counter,
                    help: help,
                    labels: sets,
                    exposesZeros: exposesZeros
                )
            }
        }
        count(place.refusal, labels.count)
        return CounterRange(slot: place.slot, count: place.isOwn ? labels.count : 1)
    }

    /// Finds or makes a histogram.
    ///
    /// - Parameters:
    ///   - name: The family's name, ending in `_seconds` or `_bytes`.
    ///   - help: A sentence about the family; the first one given stays.
    ///   - labels: Names and values, in any order, `le` not among them.
    ///   - unit: What is observed.
    ///   - bounds: The upper bounds of the buckets, in seconds or octets; the same for the whole
    ///     family. See ``HistogramBounds``.
    ///   - exposesZeros: Whether it is written before it has observed anything.
    /// - Returns: The histogram's place, or that of its family's overflow row.
    public func histogram(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        unit: HistogramUnit = .seconds,
        bounds: [Double],
        exposesZeros: Bool = true
    ) -> Histogram {
        let bounds = HistogramBounds.usable(bounds)
        var place = RegistryState.Place.unattributed(.name)
        if let set = LabelSet(labels) {
            place = state.withLock {
                $0.place(
                    name,
                    kind: .histogram(bounds: bounds, unit: unit),
                    help: help,
                    labels: [set],
                    exposesZeros: exposesZeros
                )
            }
        }
        count(place.refusal)
        let whole = bounds.map { HistogramBounds.whole($0, unit: unit) }
        return Histogram(
            slot: place.slot,
            bounds: BoundTable.entry(place.isUnattributed ? [] : whole)
        )
    }
}
