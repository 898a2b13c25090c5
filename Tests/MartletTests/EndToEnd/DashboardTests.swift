import Foundation
import TestSupport
import Testing

@Suite("Dashboards made for CoreDNS")
struct DashboardTests {
    /// The expressions of a file of `Tests/Fixtures/Dashboards`.
    private static func expressions(_ file: String) throws -> [String] {
        let path = Site.path("Tests/Fixtures/Dashboards/\(file).promql")
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map(String.init)
    }

    /// An expression with its variables as Grafana fills them in for all servers.
    private static func filled(_ expression: String) -> String {
        ["$job": ".*", "$cluster": ".*", "$instance": ".*", "$__rate_interval": "1m"]
            .reduce(expression) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    /// What the upstream serves: names that are there, names that aren't, and trouble.
    private static let upstream = """
        example.test {
            file example.test.zone
        }
        broken.test {
            forward . 127.0.0.1:1
        }
        """
    private static let zone = """
        $TTL 60
        @ IN SOA ns hostmaster 1 7200 1800 86400 30
        @ IN NS ns
        ns IN A 192.0.2.1
        *.there IN A 192.0.2.2
        """

    private static func corefile(_ metrics: UInt16, _ upstream: String) throws -> String {
        """
        . {
            errors
            health 127.0.0.1:\(try FreePort.choose())
            ready 127.0.0.1:\(try FreePort.choose())
            prometheus 127.0.0.1:\(metrics)
            kubernetes cluster.local
            cache
            reload
            loadbalance
            forward . 127.0.0.1:\(upstream)
        }
        """
    }

    @Test(
        .enabled(if: PrometheusServer.isThere, "SKIPPED, NO PROMETHEUS: install Debian's package"),
        .timeLimit(.minutes(15))
    )
    func `every expression has data, as Prometheus itself finds`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        try site.write("example.test.zone", Self.zone)
        let upstream = try site.serve("--config", try site.write("Upstream", Self.upstream))
        let port = try FreePort.choose()
        let path = try site.write("Corefile", try Self.corefile(port, upstream.port))
        let server = try site.serve("--config", path)
        let prometheus = try PrometheusServer(site, scraping: port)

        let files = ["grafana-14981", "grafana-15762", "mixin-dashboard", "alerts"]
        var open = Set(try files.flatMap(Self.expressions).map(Self.filled))
        #expect(open.count > 70)
        let deadline = Instant.now + 600
        var round = 0
        while !open.isEmpty, Instant.now < deadline {
            try Self.ask(server, round)
            round += 1
            let asked = open.sorted()
            for (expression, numbers) in zip(asked, try prometheus.evaluate(asked)) {
                // A quantile of nothing is a row, too, but no number.
                if let numbers, numbers.contains(where: { !$0.isNaN }) { open.remove(expression) }
            }
        }
        #expect(open.sorted() == [], "without data after \(round) rounds")
        let absent = try Self.expressions("absent")
        #expect(try prometheus.evaluate(absent) == absent.map { _ in [] })
        try server.stop()
        try upstream.stop()
    }

    /// A little of everything: hits and misses, errors, both transports.
    private static func ask(_ server: RunningServer, _ round: Int) throws {
        let new = "n\(round)"
        for transport in ["+notcp", "+tcp"] {
            _ = try server.dig(
                transport,
                "+dnssec",
                "web.shop.svc.cluster.local",
                "A",
                "web.shop.svc.cluster.local",
                "AAAA",
                "none.shop.svc.cluster.local",
                "A",
                "_http._tcp.web.shop.svc.cluster.local",
                "SRV",
                "same.there.example.test",
                "A",
                "same.gone.example.test",
                "A",
                "\(new).there.example.test",
                "A",
                "\(new).gone.example.test",
                "A",
                "\(new).broken.test",
                "A"
            )
        }
    }
}
