internal import ClusterView
internal import Glibc
internal import KubernetesModel
internal import Metrics
internal import Registry

/// Measures how long it takes until a change of endpoints is answered (CoreDNS
/// `plugin/kubernetes/object/metrics.go`).
///
/// Whoever writes a slice says in an annotation when it saw what the slice follows from.
struct ProgrammingTimes {
    private static let annotation = "endpoints.kubernetes.io/last-change-trigger-time"

    /// A slice that will be answered with the next version.
    private struct Slice {
        var service: String
        var namespace: String
        /// When the change happened, in seconds since 1970.
        var time: Double
    }

    private let metrics: MetricsRegistry
    private let virtual: Histogram
    private let headless: Histogram
    private var slices: [Slice] = []

    /// Registers the histograms.
    init(_ metrics: MetricsRegistry) {
        func make(_ kind: String) -> Histogram {
            metrics.histogram(
                "coredns_kubernetes_dns_programming_duration_seconds",
                help: "Histogram of the time (in seconds) it took to program a dns instance.",
                labels: [("service_kind", kind)],
                bounds: HistogramBounds.exponential(from: 0.001, factor: 2, count: 20),
                exposesZeros: false
            )
        }
        self.metrics = metrics
        virtual = make("cluster_ip")
        headless = make("headless_with_selector")
    }

    /// Notes a slice that the next version shows; one that tells no time is left out.
    mutating func note(_ stored: StoredObject) {
        guard let object = try? stored.object(),
            let text = object.annotations[ProgrammingTimes.annotation],
            let time = TimeText.seconds(text)
        else { return }
        slices.append(
            Slice(
                service: object.labels[EndpointSlice.serviceNameLabel] ?? "",
                namespace: object.key.namespace,
                time: time
            )
        )
    }

    /// Counts what was noted: it is answered from now on.
    mutating func publish(_ index: ClusterIndex) {
        guard !slices.isEmpty else { return }
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
        for slice in slices {
            let isHeadless = index.isHeadless(service: slice.service, namespace: slice.namespace)
            guard let isHeadless else { continue }
            metrics.shared.observe(isHeadless ? headless : virtual, seconds: seconds - slice.time)
        }
        slices.removeAll()
    }

    /// Forgets what was noted: the view was loaded anew.
    mutating func forget() { slices.removeAll() }
}
