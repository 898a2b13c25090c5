internal import AnswerCache
internal import Metrics
internal import Synchronization

/// The metrics of a cache (CoreDNS `plugin/cache/metrics.go`).
final class CacheCounters: Sendable {
    /// What is counted.
    enum Event: Int {
        /// A query was answered from the store of positive replies.
        case successHit
        /// A query was answered from the store of denials.
        case denialHit
        /// A query came to the cache.
        case request
        /// A query was not answered from the cache.
        case miss
        /// A reply is renewed before anybody has to wait for it.
        case prefetch
        /// A reply was for another question.
        case drop
        /// A reply that has expired was used.
        case stale
    }

    /// Keeps gauges for as long as the counters live.
    private final class Gauges: Sendable {
        let registrations = Mutex<[GaugeRegistration]>([])
    }

    private let table: RouteCounters

    /// Creates the metrics of `cache`, which holds replies for `zones`.
    init(_ registry: MetricsRegistry, zones: String, cache: AnswerCache) {
        let gauges = Gauges()
        table = RouteCounters { route in
            let way = [
                ("server", route?.server ?? ""), ("view", route?.view ?? ""), ("zones", zones),
            ]
            let added = CacheCounters.gauges(registry, way, cache)
            gauges.registrations.withLock { $0 += added }
            return CacheCounters.counters(registry, way)
        }
    }

    /// Counts an event of a query.
    func count(_ event: Event, _ transaction: borrowing Transaction) {
        table.count(event.rawValue, transaction)
    }

    /// The counters, in the order of the events.
    private static func counters(
        _ registry: MetricsRegistry,
        _ way: [(String, String)]
    ) -> [Counter] {
        func counter(_ name: String, _ help: String, _ type: String? = nil) -> Counter {
            registry.counter(
                "coredns_cache_\(name)_total",
                help: help,
                labels: way + (type.map { [("type", $0)] } ?? [])
            )
        }
        return [
            counter("hits", "The count of cache hits.", "success"),
            counter("hits", "The count of cache hits.", "denial"),
            counter("requests", "The count of cache requests."),
            counter("misses", "The count of cache misses."),
            counter("prefetch", "The number of times the cache has prefetched an item."),
            counter("drops", "The number of replies that answered another question."),
            counter("served_stale", "The number of requests served from expired entries."),
        ]
    }

    private static func gauges(
        _ registry: MetricsRegistry,
        _ way: [(String, String)],
        _ cache: AnswerCache
    ) -> [GaugeRegistration] {
        let stores: [(String, @Sendable (CacheFigures) -> CacheFigures.Store)] = [
            ("success", { $0.success }), ("denial", { $0.denial }),
        ]
        return stores.flatMap { type, store in
            let labels = way + [("type", type)]
            return [
                registry.gauge(
                    "coredns_cache_entries",
                    help: "The number of elements in the cache.",
                    labels: labels
                ) { Double(store(cache.figures).entries) },
                registry.gauge(
                    "martlet_cache_bytes",
                    help: "The octets of memory that elements of the cache take.",
                    labels: labels
                ) { Double(store(cache.figures).octets) },
                registry.gauge(
                    "coredns_cache_evictions_total",
                    help: "The count of cache evictions.",
                    labels: labels,
                    kind: .counter
                ) { Double(store(cache.figures).evictions) },
            ]
        }
    }
}
