import Metrics
import Plugins

extension ChainFixture {
    /// The lines of the metrics, as they stand.
    var metrics: [String] {
        String(decoding: services.metrics.write(), as: UTF8.self).split(separator: "\n")
            .map(String.init)
    }
}
