internal import Addresses
internal import Corefile
internal import Metrics

/// Asks the process's own `/health` once a second, and counts how long that takes (CoreDNS
/// `health`).
///
/// A process that is too busy to answer itself shows here first. Queries pass by untouched.
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable.
final class HealthPlugin: Plugin, @unchecked Sendable {
    /// How often the endpoint is asked (CoreDNS: the same).
    private static let interval = Duration.seconds(1)
    /// A request that takes longer is logged (CoreDNS: the same).
    private static let slowNanoseconds: UInt64 = 1_000_000_000

    private let task: RepeatingTask

    /// Creates the plugin for an endpoint at an address; nil means all addresses.
    ///
    /// A port of 0, which the kernel replaces by one that nobody here knows, is never asked.
    init(address: IPAddress?, port: UInt16, _ services: ServerServices) {
        let durations = services.metrics.histogram(
            "coredns_health_request_duration_seconds",
            help: "Histogram of the time (in seconds) each request took.",
            unit: .seconds,
            bounds: HistogramBounds.durationsShort
        )
        let failures = services.metrics.counter(
            "coredns_health_request_failures_total",
            help: "The number of times the health check failed."
        )
        let request = HealthRequest(address: address, port: port)
        let (shared, log) = (services.metrics.shared, services.log)
        task = RepeatingTask("health", every: port == 0 ? .zero : HealthPlugin.interval) {
            let start = MonotonicClock.nanoseconds
            let failure = request.failure()
            let nanoseconds = MonotonicClock.nanoseconds &- start
            shared.observe(durations, nanoseconds: nanoseconds)
            if let failure {
                shared.add(failures)
                log.write(
                    "[WARNING] plugin/health: Local health request to \"\(request)\" failed:"
                        + " \(failure)"
                )
            } else if nanoseconds > HealthPlugin.slowNanoseconds {
                log.write(
                    "[WARNING] plugin/health: Local health request to \"\(request)\" took more than"
                        + " 1s: \(Duration.nanoseconds(nanoseconds))"
                )
            }
        }
        super.init(name: "health")
    }

    override func start() { task.start() }

    override func stop() { task.stop() }
}
