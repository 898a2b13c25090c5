internal import Metrics
internal import Plugins
internal import Synchronization

/// The metrics of the server as a whole.
final class ServerGauges: Sendable {
    private let metrics: MetricsRegistry
    private let failedReloads: Counter
    private let drops = Mutex<[GaugeRegistration]>([])

    /// Registers what is there from the start.
    init(_ metrics: MetricsRegistry, version: String) {
        self.metrics = metrics
        failedReloads = metrics.counter(
            "coredns_reload_failed_total",
            help: "Counter of the number of failed reload attempts.",
            labels: []
        )
        _ = metrics.counter(
            "coredns_panics_total",
            help: "A metrics that counts the number of panics.",
            labels: []
        )
        metrics.setConstant(
            "coredns_build_info",
            help: "A metric with a constant '1' value labeled by version, revision, and goversion"
                + " from which CoreDNS was built.",
            labels: [("version", version), ("revision", ""), ("goversion", "")]
        )
        metrics.addProcessMetrics()
    }

    /// Counts a reload that failed.
    func countFailedReload() {
        metrics.shared.add(failedReloads)
    }

    /// Tells what a configuration has.
    func adopt(_ plan: ServingPlan, listeners: [any Listener]) {
        metrics.removeGauges(of: "coredns_plugin_enabled", matching: [])
        for (key, routes) in plan.routes {
            for route in routes where route.settings.countsRequests {
                for plugin in route.chain.plugins {
                    metrics.setConstant(
                        "coredns_plugin_enabled",
                        help: "A metric that indicates whether a plugin is enabled on per server"
                            + " and zone basis.",
                        labels: [
                            ("server", key.label), ("zone", "\(route.zone)"),
                            ("view", route.info.view), ("name", plugin.name),
                        ]
                    )
                }
            }
        }
        metrics.removeGauges(of: "coredns_reload_version_info", matching: [])
        if let digest = plan.digest {
            metrics.setConstant(
                "coredns_reload_version_info",
                help: "A metric with a constant '1' value labeled by hash, and value which type of"
                    + " hash generated.",
                labels: [("hash", "sha512"), ("value", digest)]
            )
        }
        drops.withLock { drops in
            drops = listeners.map { listener in
                metrics.gauge(
                    "martlet_udp_receive_drops_total",
                    help: "Datagrams that the kernel dropped because a queue was full.",
                    labels: [("server", "\(listener.place)")],
                    kind: .counter
                ) { [weak listener] in listener.map { Double($0.dropCount) } }
            }
        }
    }
}
