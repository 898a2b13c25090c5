import Metrics

extension MetricsRegistry {
    /// What is written, without the metrics about metrics.
    var exposed: String {
        lines.filter { !$0.contains("martlet_metrics_") }.map { "\($0)\n" }.joined()
    }

    /// The value written for a row, as text.
    func sample(_ row: String) -> String? {
        for line in lines where line.hasPrefix("\(row) ") {
            return String(line.dropFirst(row.count + 1))
        }
        return nil
    }

    /// The label sets that were refused for a reason.
    func refused(_ reason: String) -> String? {
        sample("martlet_metrics_refused_total{reason=\"\(reason)\"}")
    }

    private var lines: [Substring] {
        String(decoding: write(), as: UTF8.self).split(separator: "\n")
    }
}
