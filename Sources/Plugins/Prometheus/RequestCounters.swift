internal import Addresses
internal import DNSWire
public import Metrics

/// The counters of the queries that took one way to their chain (CoreDNS `prometheus`).
///
/// Counting a query takes some dozen additions in memory of the worker's own.
public final class RequestCounters: Sendable {
    private let requests: CounterRange
    private let requestSizes: (Histogram, Histogram)
    private let responseSizes: (Histogram, Histogram)
    private let durations: Histogram
    private let wantsDNSSEC: Counter
    private let responses: CounterRange
    private let pluginCount: Int

    /// Registers the counters of a way, or finds those of the same way in an earlier configuration.
    ///
    /// `plugins` are the names of the chain's plugins, by number.
    public init(
        _ registry: MetricsRegistry,
        server: String,
        zone: String,
        view: String,
        plugins: [String]
    ) {
        let way = [("server", server), ("zone", zone), ("view", view)]
        let names = plugins.isEmpty ? [""] : plugins
        pluginCount = names.count
        requests = registry.counters(
            "coredns_dns_requests_total",
            help: "Counter of DNS requests made per zone, protocol and family.",
            labels: RequestCounters.requestLabels(way)
        )
        requestSizes = RequestCounters.sizes(registry, "request", way)
        responseSizes = RequestCounters.sizes(registry, "response", way)
        durations = registry.histogram(
            "coredns_dns_request_duration_seconds",
            help: "Histogram of the time (in seconds) each request took per zone.",
            labels: way,
            unit: .seconds,
            bounds: HistogramBounds.durations
        )
        wantsDNSSEC = registry.counter(
            "coredns_dns_do_requests_total",
            help: "Counter of DNS requests with DO bit set per zone.",
            labels: way,
            exposesZeros: false
        )
        responses = registry.counters(
            "coredns_dns_responses_total",
            help: "Counter of response status codes.",
            labels: RequestLabels.codes.flatMap { code in
                names.map { way + [("rcode", code), ("plugin", $0)] }
            }
        )
    }

    private static func requestLabels(_ way: [(String, String)]) -> [[(String, String)]] {
        var sets: [[(String, String)]] = []
        for transport in RequestLabels.transports {
            for family in RequestLabels.families {
                sets += RequestLabels.types.map {
                    way + [("proto", transport), ("family", family), ("type", $0)]
                }
            }
        }
        return sets
    }

    private static func sizes(
        _ registry: MetricsRegistry,
        _ what: String,
        _ way: [(String, String)]
    ) -> (Histogram, Histogram) {
        let article = what == "request" ? "request" : "returned response"
        func make(_ transport: String) -> Histogram {
            registry.histogram(
                "coredns_dns_\(what)_size_bytes",
                help: "Size of the \(article) in bytes.",
                labels: way + [("proto", transport)],
                unit: .octets,
                bounds: HistogramBounds.messageOctets,
                exposesZeros: false
            )
        }
        return (make("udp"), make("tcp"))
    }

    /// Counts a query and its reply, which has the code `code`.
    func count(_ transaction: borrowing Transaction, code: UInt16) {
        let metrics = transaction.metrics
        let isUDP = transaction.transport == .udp
        let query = transaction.query
        let family = transaction.client.address.isIPv4 ? 0 : 1
        let type = RequestLabels.type(query.type)
        metrics.add(requests, ((isUDP ? 0 : 2) + family) * 20 + type)
        metrics.observe(
            isUDP ? requestSizes.0 : requestSizes.1,
            octets: transaction.requestOctetCount
        )
        let size = transaction.response.position + (query.hasEDNS ? 11 : 0)
        metrics.observe(isUDP ? responseSizes.0 : responseSizes.1, octets: size)
        let now = MonotonicClock.nanoseconds
        metrics.observe(durations, nanoseconds: now &- transaction.start)
        if query.dnssecOK { metrics.add(wantsDNSSEC) }
        let plugin = min(transaction.reached, pluginCount - 1)
        metrics.add(responses, RequestLabels.code(code) * pluginCount + plugin)
    }

    /// Counts a query that no server block takes.
    public func countDropped(_ transaction: borrowing Transaction) {
        count(transaction, code: 5)
    }
}
