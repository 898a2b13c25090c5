// Values that are asked for when metrics are written.
extension MetricsRegistry {
    /// Adds a value that is asked for when metrics are written, for as long as the result lives.
    ///
    /// - Parameters:
    ///   - name: The family's name.
    ///   - help: A sentence about the family; the first one given stays.
    ///   - labels: Names and values, in any order. The newest function for a label set is asked.
    ///   - kind: Whether the value may also go down.
    ///   - read: Tells the value, on the thread that writes metrics; nil leaves the row out.
    /// - Returns: What keeps the function in the registry.
    public func gauge(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        kind: ReadingKind = .gauge,
        read: @escaping @Sendable () -> Double?
    ) -> GaugeRegistration {
        guard let set = LabelSet(labels) else {
            count(.name)
            return GaugeRegistration(registry: self, name: name, labels: "", id: nil)
        }
        let added = state.withLock {
            $0.addReading(name, kind: kind, help: help, labels: set, read: read)
        }
        switch added {
        case .success(let id):
            return GaugeRegistration(registry: self, name: name, labels: set.text, id: id)
        case .failure(let refusal):
            count(refusal.why)
            return GaugeRegistration(registry: self, name: name, labels: set.text, id: nil)
        }
    }

    /// Sets a value that stays until it is set again: a version, a limit.
    public func setConstant(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        value: Double = 1
    ) {
        addPermanent(name, help: help, labels: labels) { value }
    }

    /// Adds a value that is asked for as long as the registry lives, in place of an earlier one.
    func addPermanent(
        _ name: String,
        help: String,
        labels: [(String, String)] = [],
        kind: ReadingKind = .gauge,
        read: @escaping @Sendable () -> Double?
    ) {
        guard let set = LabelSet(labels) else { return count(.name) }
        var removed: [Family.ReadingRow] = []
        let added = state.withLock { state in
            if let row = state.families[name]?.readings[set.text] {
                for function in row.functions {
                    _ = state.removeReading(name, labels: set.text, id: function.id)
                }
                removed.append(row)
            }
            return state.addReading(name, kind: kind, help: help, labels: set, read: read)
        }
        if case .failure(let refusal) = added { count(refusal.why) }
        withExtendedLifetime(removed) {}
    }

    /// Removes the gauges that have all of these labels, of one family or of all.
    ///
    /// Counters and histograms stay: Prometheus takes one that vanishes and comes back for a
    /// process that started anew.
    public func removeGauges(of name: String? = nil, matching labels: [(String, String)]) {
        // Released after the lock is: the end of a function may end a registration.
        let removed = state.withLock { $0.removeReadings(of: name, matching: labels) }
        withExtendedLifetime(removed) {}
    }

    func removeReading(_ name: String, labels: String, id: UInt64) {
        let removed = state.withLock { $0.removeReading(name, labels: labels, id: id) }
        withExtendedLifetime(removed) {}
    }
}
