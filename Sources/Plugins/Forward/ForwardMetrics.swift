internal import DNSWire
internal import Metrics
internal import Upstreams

/// Counts what the upstreams of a stanza do (CoreDNS `forward` and `proxy`).
///
/// `@unchecked Sendable`: `durations` and `names` are used on the slow lane's thread only; the rest
/// never
/// changes.
final class ForwardMetrics: UpstreamObserver, @unchecked Sendable {
    private let registry: MetricsRegistry
    private let shared: SharedMetrics
    /// The upstreams, as metrics call them; on the loop's thread only, once they are in use.
    var names: [String]
    private let broken: Counter
    private let rejected: Counter
    private let probeFailures: [Counter]
    /// By upstream and transport, UDP first.
    private let reused: [Counter]
    private let opened: [Counter]
    private let strays: [Counter]
    private let hedges: Counter
    private let joins: Counter
    /// By upstream and code, nil until one is needed.
    @safe @exclusivity(unchecked) private var durations: [Histogram?]
    private static var codeCount: Int { 25 }

    /// Registers the counters of upstreams.
    init(_ registry: MetricsRegistry, _ endpoints: [UpstreamEndpoint]) {
        self.registry = registry
        shared = registry.shared
        names = endpoints.map(\.description)
        durations = Array(repeating: nil, count: endpoints.count * Self.codeCount)
        broken = Self.broken(registry)
        rejected = Self.rejected(registry)
        hedges = registry.counter(
            "martlet_forward_hedged_total",
            help: "Second queries, sent because the first was late.",
            labels: []
        )
        joins = registry.counter(
            "martlet_forward_joined_total",
            help: "Queries that waited for the reply to the same question of another client.",
            labels: []
        )
        probeFailures = names.map { name in
            registry.counter(
                "coredns_proxy_healthcheck_failures_total",
                help: "Counter of the number of failed healthchecks.",
                labels: [("proxy_name", "forward"), ("to", name)]
            )
        }
        strays = names.map { name in
            registry.counter(
                "martlet_forward_stray_replies_total",
                help: "Messages dropped because they answer nothing that was asked.",
                labels: [("to", name)],
                exposesZeros: false
            )
        }
        func connections(_ family: String, _ help: String) -> [Counter] {
            endpoints.flatMap { endpoint in
                ["udp", endpoint.scheme == .dns ? "tcp" : "tcp-tls"].map { transport in
                    registry.counter(
                        family,
                        help: help,
                        labels: [
                            ("proxy_name", "forward"), ("to", endpoint.description),
                            ("proto", transport),
                        ],
                        exposesZeros: false
                    )
                }
            }
        }
        reused = connections(
            "coredns_proxy_conn_cache_hits_total",
            "Counter of connection cache hits per upstream and protocol."
        )
        opened = connections(
            "coredns_proxy_conn_cache_misses_total",
            "Counter of connection cache misses per upstream and protocol."
        )
    }

    /// Registers the counter of queries that found no upstream that is well.
    static func broken(_ registry: MetricsRegistry) -> Counter {
        registry.counter(
            "coredns_forward_healthcheck_broken_total",
            help: "Counter of the number of complete failures of the healthchecks.",
            labels: []
        )
    }

    /// Registers the counter of queries beyond `max_concurrent`.
    static func rejected(_ registry: MetricsRegistry) -> Counter {
        registry.counter(
            "coredns_forward_max_concurrent_rejects_total",
            help: "Counter of the number of queries rejected because the concurrent queries were"
                + " at maximum.",
            labels: []
        )
    }

    func answered(_ upstream: Int, code: UInt16, nanoseconds: UInt64) {
        shared.observe(duration(upstream, code), nanoseconds: nanoseconds)
    }

    /// The histogram of an upstream and a code, made when it is first needed.
    private func duration(_ upstream: Int, _ code: UInt16) -> Histogram {
        let code = min(code, UInt16(Self.codeCount - 1))
        let position = upstream * Self.codeCount + Int(code)
        if let histogram = durations[position] { return histogram }
        let histogram = registry.histogram(
            "coredns_proxy_request_duration_seconds",
            help: "Histogram of the time each request took.",
            labels: [
                ("proxy_name", "forward"), ("to", names[upstream]),
                ("rcode", code == 24 ? "other" : ResponseCode(rawValue: code).description),
            ],
            unit: .seconds,
            bounds: HistogramBounds.durations
        )
        durations[position] = histogram
        return histogram
    }

    func probeFailed(_ upstream: Int) { shared.add(probeFailures[upstream]) }

    func foundAllDown() { shared.add(broken) }

    func refusedConcurrent() { shared.add(rejected) }

    func connected(_ upstream: Int, _ transport: UpstreamTransport, isReused: Bool) {
        let counters = isReused ? reused : opened
        shared.add(counters[2 * upstream + (transport == .udp ? 0 : 1)])
    }

    func droppedStray(_ upstream: Int) { shared.add(strays[upstream]) }

    func hedged(_ upstream: Int) { shared.add(hedges) }

    func joined() { shared.add(joins) }
}
