import Metrics
import Testing

@Suite("The metrics registry: histograms")
struct HistogramTests {
    let registry = MetricsRegistry()

    static let cases: [(nanoseconds: UInt64, buckets: [Int])] = [
        (0, [1, 1, 1, 1]), (1, [1, 1, 1, 1]), (249_999, [1, 1, 1, 1]), (250_000, [1, 1, 1, 1]),
        (250_001, [0, 1, 1, 1]), (500_000, [0, 1, 1, 1]), (500_001, [0, 0, 1, 1]),
        (8_192_000_000, [0, 0, 1, 1]), (8_192_000_001, [0, 0, 0, 1]), (.max, [0, 0, 0, 1]),
    ]

    @Test(arguments: cases)
    func `an observation is in all buckets whose bound it isn't above`(
        nanoseconds: UInt64,
        buckets: [Int]
    ) {
        let histogram = registry.histogram(
            "a_seconds",
            help: "A.",
            bounds: [0.00025, 0.0005, 8.192]
        )
        registry.makeBlock().observe(histogram, nanoseconds: nanoseconds)
        registry.shared.observe(histogram, nanoseconds: nanoseconds)
        for (bound, count) in zip(["0.00025", "0.0005", "8.192", "+Inf"], buckets) {
            #expect(
                registry.sample("a_seconds_bucket{le=\"\(bound)\"}") == "\(2 * count)",
                "\(bound)"
            )
        }
        #expect(registry.sample("a_seconds_count") == "2")
    }

    @Test func `the buckets of durations are those that dashboards name`() {
        _ = registry.histogram("a_seconds", help: "A.", bounds: HistogramBounds.durations)
        let bounds = [
            "0.00025", "0.0005", "0.001", "0.002", "0.004", "0.008", "0.016", "0.032", "0.064",
            "0.128", "0.256", "0.512", "1.024", "2.048", "4.096", "8.192", "+Inf",
        ]
        for bound in bounds { #expect(registry.sample("a_seconds_bucket{le=\"\(bound)\"}") == "0") }
        #expect(registry.exposed.split(separator: "\n").count == 2 + bounds.count + 2)
    }

    @Test func `the buckets of sizes are those that dashboards name`() {
        let bounds = HistogramBounds.messageOctets
        let histogram = registry.histogram(
            "a_bytes",
            help: "A.",
            labels: [("proto", "udp")],
            unit: .octets,
            bounds: bounds
        )
        let block = registry.makeBlock()
        for octets in [-5, 0, 1, 100, 101, 512, 65_535] {
            block.observe(histogram, octets: octets)
        }
        registry.shared.observe(histogram, octets: 16_000)
        let counts = [
            "0": "2", "100": "4", "200": "5", "511": "5", "1023": "6", "16000": "7",
            "64000": "7", "+Inf": "8",
        ]
        for (bound, count) in counts {
            #expect(registry.sample("a_bytes_bucket{proto=\"udp\",le=\"\(bound)\"}") == count)
        }
        #expect(registry.sample("a_bytes_sum{proto=\"udp\"}") == "\(714 + 65_535 + 16_000)")
        #expect(registry.sample("a_bytes_count{proto=\"udp\"}") == "8")
    }

    static let seconds: [(Double, String)] = [
        (0.1, "0.1"), (1.5, "1.5"), (0, "0"), (-1, "0"), (.nan, "0"), (2e-9, "0.000000002"),
        (.infinity, "1000000000"), (1e300, "1000000000"), (-.infinity, "0"), (3, "3"),
    ]

    @Test(arguments: seconds)
    func `seconds are counted in nanoseconds, and within reason`(value: Double, sum: String) {
        let histogram = registry.histogram("a_seconds", help: "A.", bounds: [1])
        registry.shared.observe(histogram, seconds: value)
        #expect(registry.sample("a_seconds_sum") == sum)
        let other = registry.histogram("b_seconds", help: "B.", bounds: [1])
        registry.makeBlock().observe(other, seconds: value)
        #expect(registry.sample("b_seconds_sum") == sum)
    }

    @Test func `a million small durations have an exact sum`() {
        let histogram = registry.histogram("a_seconds", help: "A.", bounds: [])
        let block = registry.makeBlock()
        for _ in 0..<100_000 { block.observe(histogram, nanoseconds: 100_001) }
        #expect(registry.sample("a_seconds_sum") == "10.0001")
    }

    static let strange: [(bounds: [Double], kept: [String])] = [
        ([], []), ([.nan, .infinity, -.infinity, -1], []), ([2, 1, 2, 1], ["1", "2"]),
        ([1e300], ["1e+300"]), ([0, -0.0], ["0"]),
    ]

    @Test(arguments: strange)
    func `strange bounds are put right`(bounds: [Double], kept: [String]) {
        let histogram = registry.histogram("a_seconds", help: "A.", bounds: bounds)
        registry.shared.observe(histogram, nanoseconds: 0)
        let found = registry.exposed.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/le="([^"]*)"} 1/#).map { String($0.1) }
        }
        #expect(found == kept + ["+Inf"])
    }

    @Test func `there are at most 64 bounds`() {
        _ = registry.histogram("a_seconds", help: "A.", bounds: (1...1_000).map(Double.init))
        #expect(registry.sample("a_seconds_bucket{le=\"64\"}") == "0")
        #expect(registry.sample("a_seconds_bucket{le=\"65\"}") == nil)
    }

    @Test func `exponential bounds grow step by step`() {
        #expect(HistogramBounds.exponential(from: 1, factor: 2, count: 4) == [1, 2, 4, 8])
        #expect(HistogramBounds.exponential(from: 1, factor: 2, count: -1) == [])
        #expect(HistogramBounds.durationsShort.count == 5)
        #expect(HistogramBounds.durations.last == 8.192)
    }
}
