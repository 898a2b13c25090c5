import TestSupport
import Testing

@testable import Metrics

@Suite("Prometheus' text format 0.0.4")
struct ExpositionTests {
    let registry = MetricsRegistry()

    @Test func `everything is written in order`() {
        let durations = registry.histogram(
            "c_seconds",
            help: "Durations.",
            labels: [("zone", "."), ("server", "dns://:53")],
            bounds: [0.1, 1]
        )
        let range = registry.counters(
            "b_total",
            help: "By rcode.",
            labels: ["SERVFAIL", "NOERROR", "NXDOMAIN"].map { [("rcode", $0), ("plugin", "")] }
        )
        registry.setConstant("d_info", help: "Build.", labels: [("version", "1.2")])
        registry.shared.add(registry.counter("a_total", help: "First."), 7)
        for nanoseconds: UInt64 in [50_000_000, 100_000_000, 500_000_001, 3_000_000_000] {
            registry.shared.observe(durations, nanoseconds: nanoseconds)
        }
        registry.shared.add(range, 0, 3)
        registry.shared.add(range, 1, 12_345_678)
        #expect(
            String(decoding: registry.write(), as: UTF8.self) == """
                # HELP a_total First.
                # TYPE a_total counter
                a_total 7
                # HELP b_total By rcode.
                # TYPE b_total counter
                b_total{plugin="",rcode="NOERROR"} 12345678
                b_total{plugin="",rcode="SERVFAIL"} 3
                # HELP c_seconds Durations.
                # TYPE c_seconds histogram
                c_seconds_bucket{server="dns://:53",zone=".",le="0.1"} 2
                c_seconds_bucket{server="dns://:53",zone=".",le="1"} 3
                c_seconds_bucket{server="dns://:53",zone=".",le="+Inf"} 4
                c_seconds_sum{server="dns://:53",zone="."} 3.650000001
                c_seconds_count{server="dns://:53",zone="."} 4
                # HELP d_info Build.
                # TYPE d_info gauge
                d_info{version="1.2"} 1
                # HELP martlet_metrics_refused_total Label sets that have no row of their own.
                # TYPE martlet_metrics_refused_total counter
                martlet_metrics_refused_total{reason="full"} 0
                martlet_metrics_refused_total{reason="mismatch"} 0
                martlet_metrics_refused_total{reason="name"} 0
                # HELP martlet_metrics_unattributed_total Increments of metrics that found no room at all.
                # TYPE martlet_metrics_unattributed_total counter
                martlet_metrics_unattributed_total 0

                """
        )
        #expect(registry.write() == registry.write())
    }

    static let values: [(value: String, escaped: String)] = [
        ("", ""), ("plain", "plain"), ("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"),
        ("a\\nb", "a\\\\nb"), ("\r\n", "\r\\n"), ("{}=,", "{}=,"), ("ä 鳥 🐦", "ä 鳥 🐦"),
        ("\t\u{0}", "\t\u{0}"),
    ]

    @Test(arguments: values)
    func `what would end a value or a line is escaped`(value: String, escaped: String) {
        _ = registry.counter("a_total", help: "\(value) help", labels: [("x", value)])
        let text = String(decoding: registry.write(), as: UTF8.self)
        let help = escaped.replacing("\\\"", with: "\"")
        let start =
            "# HELP a_total \(help) help\n# TYPE a_total counter\na_total{x=\"\(escaped)\"} 0\n"
        #expect(Array(text.utf8).starts(with: start.utf8))
    }

    @Test func `any labels can be read back`() throws {
        var generator = SeededGenerator(seed: 1)
        let letters: [Character] = ["\\", "\"", "\n", "n", ",", "}", "=", "é", "\r\n", "\u{301}"]
        for _ in 0..<300 {
            let labels = (0..<generator.number(0...4)).map { number in
                let length = generator.number(0...8)
                let value = (0..<length).compactMap { _ in letters.randomElement(using: &generator)
                }
                return ("l\(number)", String(value))
            }
            let registry = MetricsRegistry()
            _ = registry.counter("a_total", help: "A.", labels: labels.shuffled(using: &generator))
            let lines = registry.write().split(separator: UInt8(ascii: "\n"))
            try #require(lines.count > 3)
            let read = try #require(labelValues(Array(lines[2])))
            #expect(read == labels.map { Array($0.1.utf8) })
        }
    }

    /// The values of a row's labels, read as the format is described; nil if they can't be.
    private func labelValues(_ line: [UInt8]) -> [[UInt8]]? {
        var values: [[UInt8]] = []
        var value: [UInt8]?
        var index = 0
        while index < line.count {
            let octet = line[index]
            switch (value != nil, octet) {
            case (false, UInt8(ascii: "\"")): value = []
            case (true, UInt8(ascii: "\"")):
                values.append(value ?? [])
                value = nil
            case (true, UInt8(ascii: "\\")):
                index += 1
                guard index < line.count else { return nil }
                value?.append(line[index] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : line[index])
            case (true, _): value?.append(octet)
            default: break
            }
            index += 1
        }
        return value == nil ? values : nil
    }
}

@Suite("Numbers as Prometheus' clients write them")
struct NumberTextTests {
    static let numbers: [(Double, String)] = [
        (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (10, "10"), (0.25, "0.25"), (8.192, "8.192"),
        (0.00025, "0.00025"), (0.0001, "0.0001"), (0.00001, "1e-05"), (0.000025, "2.5e-05"),
        (123_456, "123456"), (1_234_567, "1.234567e+06"), (1e6, "1e+06"), (999_999.5, "999999.5"),
        (524.288, "524.288"), (1e20, "1e+20"), (1e100, "1e+100"),
        (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (0.1 + 0.2, "0.30000000000000004"),
        (100_000, "100000"), (64_000, "64000"), (-2.5e-7, "-2.5e-07"), (.nan, "NaN"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (1_732_000_000.25, "1.73200000025e+09"),
    ]

    @Test(arguments: numbers)
    func `a number has the text that Go gives it`(number: Double, text: String) {
        #expect(NumberText.text(number) == text)
    }

    @Test func `every number can be read back`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            #expect(Double(NumberText.text(number)) == number)
        }
    }

    static let durations: [(UInt64, String)] = [
        (0, "0"), (1, "0.000000001"), (1_000_000_000, "1"), (1_500_000_000, "1.5"),
        (10_000_000_010, "10.00000001"), (.max, "18446744073.709551615"),
    ]

    @Test(arguments: durations)
    func `nanoseconds become seconds without loss`(nanoseconds: UInt64, text: String) {
        #expect(NumberText.seconds(nanoseconds: nanoseconds) == text)
    }
}
