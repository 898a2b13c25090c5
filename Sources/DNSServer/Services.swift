internal import AnswerCache
internal import Metrics
internal import Plugins
internal import Upstreams

extension ServerServices {
    /// Makes what a server process has once; nothing runs yet.
    static func make(log: LogSink) throws -> ServerServices {
        ServerServices(
            log: log,
            metrics: MetricsRegistry(),
            loop: try UpstreamLoop(),
            epochs: ReaderEpochs()
        )
    }
}
