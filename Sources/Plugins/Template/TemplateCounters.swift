internal import DNSWire
internal import Expressions
internal import Metrics
internal import Synchronization

/// The counters of `template`, registered when they first count.
final class TemplateCounters: Sendable {
    private struct Key: Hashable {
        var family: String
        var labels: [String]
    }

    private let metrics: MetricsRegistry
    private let counters = Mutex<[Key: Counter]>([:])

    /// Creates counters in a registry.
    init(_ metrics: MetricsRegistry) {
        self.metrics = metrics
    }

    /// Counts a question that a template was for.
    func countMatch(_ match: TemplateMatch, _ transaction: borrowing Transaction) {
        count(
            "coredns_template_matches_total",
            "Counter of template regex matches.",
            labels(match, transaction),
            transaction
        )
    }

    /// Counts a record that could not be made.
    func countFailure(
        _ failure: TemplateFailure,
        _ record: TemplateRule.Record,
        _ match: TemplateMatch,
        _ transaction: borrowing Transaction
    ) {
        let (family, help) =
            switch failure {
            case .template:
                (
                    "coredns_template_template_failures_total",
                    "Counter of go template failures."
                )
            case .record:
                (
                    "coredns_template_rr_failures_total",
                    "Counter of mis-templated RRs."
                )
            }
        let own = [
            ("section", record.section.rawValue), ("template", record.template.source),
        ]
        count(family, help, labels(match, transaction) + own, transaction)
    }

    private func labels(
        _ match: TemplateMatch,
        _ transaction: borrowing Transaction
    ) -> [(String, String)] {
        let route = unsafe transaction.route?.takeUnretainedValue()
        return [
            ("server", route?.server ?? ""), ("zone", match.zone), ("view", route?.view ?? ""),
            // Types and classes without a name are too many to have a counter each.
            ("class", match.recordClass.hasPrefix("CLASS") ? "other" : match.recordClass),
            ("type", match.type.hasPrefix("TYPE") ? "other" : match.type),
        ]
    }

    private func count(
        _ family: String,
        _ help: String,
        _ labels: [(String, String)],
        _ transaction: borrowing Transaction
    ) {
        let key = Key(family: family, labels: labels.map(\.1))
        let known = counters.withLock { $0[key] }
        if let known {
            transaction.metrics.add(known)
            return
        }
        let counter = metrics.counter(family, help: help, labels: labels)
        counters.withLock { counters in
            if counters.count < Limits.templateCounterCountMax { counters[key] = counter }
        }
        transaction.metrics.add(counter)
    }
}
