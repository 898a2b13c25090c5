import Foundation
import Metrics
import Testing

/// Where Debian's package `prometheus` has its checker.
private let promtool = "/usr/bin/promtool"

@Suite("Prometheus' own checker")
struct PromtoolTests {
    static let isThere = FileManager.default.isExecutableFile(atPath: promtool)

    @Test(.enabled(if: isThere, "SKIPPED, NO PROMTOOL: install Debian's package prometheus"))
    func `what is written passes promtool without a remark`() throws {
        let registry = MetricsRegistry()
        let block = registry.makeBlock()
        let strange = "a\"b\\c\nd é {},="
        registry.addProcessMetrics()
        registry.setConstant("coredns_build_info", help: "Build.", labels: [("version", strange)])
        let gauge = registry.gauge("cache_entries", help: "Entries \\ of\nthe cache.") { 1e9 }
        let types = registry.counters(
            "dns_requests_total",
            help: "Requests.",
            labels: ["A", "AAAA", strange].map { [("zone", "."), ("type", $0)] }
        )
        for index in 0..<3 { block.add(types, index, .max) }
        let durations = registry.histogram(
            "dns_request_duration_seconds",
            help: "Durations.",
            labels: [("zone", strange)],
            bounds: HistogramBounds.durations
        )
        block.observe(durations, nanoseconds: 123_456_789)
        let sizes = registry.histogram(
            "dns_request_size_bytes",
            help: "Sizes.",
            unit: .octets,
            bounds: HistogramBounds.messageOctets
        )
        block.observe(sizes, octets: 40)
        let (status, output) = try check(registry.write())
        #expect(status == 0, "\(output)")
        #expect(output == "")
        withExtendedLifetime(gauge) {}
    }

    @Test(.enabled(if: isThere, "SKIPPED, NO PROMTOOL: install Debian's package prometheus"))
    func `promtool does find mistakes`() throws {
        #expect(try check(Array("a{x=\"\n".utf8)).status != 0)
        #expect(try check(Array("# TYPE a counter\na 1\n".utf8)).status != 0)
    }

    private func check(_ octets: [UInt8]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: promtool)
        process.arguments = ["check", "metrics"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(octets))
        try input.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
