import Foundation
import TestSupport
import Testing

/// Prometheus, of Debian's package, scraping one server every second; ends with this object.
final class PrometheusServer {
    /// Where Debian's package has it.
    static let program = "/usr/bin/prometheus"
    static let isThere = FileManager.default.isExecutableFile(atPath: program)

    private let site: Site
    private let child: Child
    private let api: String

    /// Starts to scrape `127.0.0.1:PORT/metrics` as the job `coredns`.
    init(_ site: Site, scraping port: UInt16) throws {
        self.site = site
        let configuration = try site.write(
            "prometheus.yml",
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: coredns
                static_configs: [{targets: ["127.0.0.1:\(port)"]}]
            """
        )
        let own = try FreePort.choose()
        api = "http://127.0.0.1:\(own)/api/v1/query"
        child = try site.start([
            Self.program, "--config.file=\(configuration)", "--log.level=error",
            "--storage.tsdb.path=\(site.directory)/prometheus",
            "--web.listen-address=127.0.0.1:\(own)",
        ])
    }

    /// Evaluates expressions; the numbers of each result, or nil where there is no reply.
    ///
    /// - Throws: What Prometheus says of an expression that it does not understand.
    func evaluate(_ expressions: [String]) throws -> [[Double]?] {
        var words = ["curl"]
        for (index, expression) in expressions.enumerated() {
            if index > 0 { words.append("--next") }
            words += [
                "--silent", "--max-time", "10", "--write-out", "\n", "--get", api,
                "--data-urlencode", "query=\(expression)",
            ]
        }
        let lines = try site.run(words, seconds: 120).output.split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        return try expressions.enumerated().map { index, expression in
            guard index < lines.count else { return nil }
            return try Self.numbers(Data(lines[index].utf8), expression)
        }
    }

    /// The numbers of a reply (Prometheus' HTTP API, instant queries).
    private static func numbers(_ reply: Data, _ expression: String) throws -> [Double]? {
        guard let object = try? JSONSerialization.jsonObject(with: reply) as? [String: Any]
        else { return nil }
        if let error = object["error"] as? String { throw Trouble("\(expression): \(error)") }
        let data = object["data"] as? [String: Any]
        let rows = data?["result"] as? [[String: Any]] ?? []
        return rows.compactMap { row in
            (row["value"] as? [Any])?.last.flatMap { $0 as? String }.flatMap(Double.init)
        }
    }
}
