internal import Metrics
internal import Upstreams

/// Counts queries that failed without having been handed over to be asked.
struct RefusalCounters {
    private let concurrent: Counter
    private let broken: Counter
    private let notAsked: Counter

    /// Registers the counters, the first two of which ``ForwardMetrics`` has, too.
    init(_ registry: MetricsRegistry) {
        concurrent = ForwardMetrics.rejected(registry)
        broken = ForwardMetrics.broken(registry)
        notAsked = registry.counter(
            "martlet_forward_not_asked_total",
            help: "Queries that failed at once because upstreams have as many as may be, or none"
                + " is well.",
            labels: []
        )
    }

    /// Counts a query.
    func add(_ refusal: UpstreamGate.Refusal, to metrics: MetricsWriter) {
        switch refusal {
        case .tooManyConcurrent: metrics.add(concurrent)
        case .noHealthyUpstream, .allDown: metrics.add(broken)
        case .overloaded: break
        }
        metrics.add(notAsked)
    }
}
