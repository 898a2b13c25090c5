internal import ACME
public import AnswerCache
public import Metrics
public import Upstreams

/// What a server process has once, and configurations that follow each other share.
public final class ServerServices: Sendable {
    /// Where plugins write lines for people.
    public let log: LogSink
    /// The counters.
    public let metrics: MetricsRegistry
    /// The slow lane's loop: timers, and questions to upstreams.
    public let loop: UpstreamLoop
    /// Which workers read what caches hold.
    public let epochs: ReaderEpochs
    /// What caches hold, which outlives configurations.
    let caches = CacheShelf()
    /// What certificate authorities look for at the moment (`tls { acme }`).
    let challenges = ChallengeBoard()
    /// The certificates that could not be got (`tls { acme }`).
    let attempts = AttemptLedger()
    /// Keeps the values in the registry that are asked for when metrics are written.
    private let readings: [GaugeRegistration]

    /// Creates services.
    public init(
        log: LogSink,
        metrics: MetricsRegistry,
        loop: UpstreamLoop,
        epochs: ReaderEpochs
    ) {
        self.log = log
        self.metrics = metrics
        self.loop = loop
        self.epochs = epochs
        readings = [
            metrics.gauge(
                "martlet_log_dropped_lines_total",
                help: "Counter of log lines that were dropped because the output was too slow.",
                kind: .counter
            ) { Double(log.droppedCount) }
        ]
    }
}
