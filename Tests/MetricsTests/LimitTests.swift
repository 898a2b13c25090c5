import Testing

@testable import Metrics

@Suite("The metrics registry: bounds")
struct LimitTests {
    let registry = MetricsRegistry()

    @Test func `label sets beyond a family's bound are counted in its overflow row`() {
        let counters = (0..<Limits.familySlotCountMax + 10).map { number in
            registry.counter("a_total", help: "A.", labels: [("n", "\(number)")])
        }
        for counter in counters { registry.shared.add(counter) }
        #expect(registry.sample("a_total{n=\"0\"}") == "1")
        #expect(registry.sample("a_total{n=\"\(Limits.familySlotCountMax - 1)\"}") == "1")
        #expect(registry.sample("a_total{n=\"\(Limits.familySlotCountMax)\"}") == nil)
        #expect(registry.sample("a_total{overflow=\"true\"}") == "10")
        #expect(registry.refused("full") == "10")
        // Others still have room, and those that are there still have theirs.
        #expect(registry.counter("a_total", help: "A.", labels: [("n", "5")]) == counters[5])
        registry.shared.add(registry.counter("b_total", help: "B."))
        #expect(registry.sample("b_total") == "1")
    }

    @Test func `when all slots are taken every family has its overflow row`() {
        let count = Limits.slotCountMax / 4
        for family in 0..<5 {
            let sets = (0..<count).map { [("n", "\($0)")] }
            let range = registry.counters("a\(family)_total", help: "A.", labels: sets)
            for index in [0, 1, count - 1, count, -1] { registry.shared.add(range, index) }
        }
        #expect(registry.sample("a0_total{n=\"0\"}") == "1")
        #expect(registry.sample("a3_total{n=\"0\"}") == nil)
        #expect(registry.sample("a3_total{overflow=\"true\"}") == "5")
        #expect(registry.sample("a4_total{overflow=\"true\"}") == "5")
        #expect(registry.refused("full") == "\(2 * count)")
    }

    @Test func `a histogram has an overflow row of its own bounds`() {
        fill()
        let histogram = registry.histogram("b_seconds", help: "B.", bounds: [1, 2])
        registry.shared.observe(histogram, seconds: 1.5)
        let last = registry.counter("last_total", help: "L.")
        #expect(registry.sample("b_seconds_bucket{overflow=\"true\",le=\"1\"}") == "0")
        #expect(registry.sample("b_seconds_bucket{overflow=\"true\",le=\"2\"}") == "1")
        #expect(registry.sample("b_seconds_sum{overflow=\"true\"}") == "1.5")
        registry.shared.add(last)
        #expect(registry.sample("last_total{overflow=\"true\"}") == "1")
    }

    @Test func `when there is no room for overflow rows either, just the number is known`() {
        fill()
        let bounds = (1...64).map(Double.init)
        let block = registry.makeBlock()
        for number in 0..<100 {
            let histogram = registry.histogram(
                "h\(number)_bytes",
                help: "H.",
                unit: .octets,
                bounds: bounds
            )
            block.observe(histogram, octets: 1)
        }
        let rowCount = (Limits.firstSlot - RegistryState.unattributedSlotCount) / 66
        #expect(registry.sample("h\(rowCount - 1)_bytes_count{overflow=\"true\"}") == "1")
        #expect(registry.sample("h\(rowCount)_bytes_count{overflow=\"true\"}") == nil)
        #expect(registry.sample("martlet_metrics_unattributed_total") == "\(100 - rowCount)")
        #expect(registry.slotCount <= Limits.slotCountMax)
    }

    @Test func `there are so many families and no more`() {
        for number in 0..<Limits.familyCountMax + 5 {
            registry.shared.add(registry.counter("f\(number)_total", help: "F."))
        }
        #expect(registry.sample("f0_total") == "1")
        // Two are the registry's own.
        #expect(registry.refused("full") == "7")
        #expect(registry.sample("martlet_metrics_unattributed_total") == "7")
    }

    @Test func `there are so many readings and no more`() {
        var gauges: [GaugeRegistration] = []
        for number in 0..<Limits.readingCountMax + 5 {
            gauges.append(
                registry.gauge("a", help: "A.", labels: [("n", "\(number % 4_001)")]) { 1 }
            )
        }
        #expect(registry.refused("full") == "5")
        gauges.removeAll()
        #expect(registry.exposed == "")
        registry.setConstant("a", help: "A.")
        #expect(registry.sample("a") == "1")
    }

    static let refusedNames: [(name: String, labels: [(String, String)])] = [
        ("", []), ("1a", []), ("a-b", []), ("a b", []), ("a\n", []), ("ä", []),
        ("ok", [("", "x")]), ("ok", [("le", "x")]), ("ok", [("a:b", "x")]), ("ok", [("__a", "x")]),
        ("ok", [("a", "x"), ("a", "y")]), ("ok", [("a\"", "x")]),
        ("ok", (0...32).map { ("n\($0)", "x") }),
    ]

    @Test(arguments: refusedNames)
    func `a name that Prometheus wouldn't take counts where nobody reads`(
        name: String,
        labels: [(String, String)]
    ) {
        registry.shared.add(registry.counter(name, help: "A.", labels: labels))
        let range = registry.counters(name, help: "A.", labels: [labels, labels])
        registry.shared.add(range, 1)
        let histogram = registry.histogram(name, help: "A.", labels: labels, bounds: [1])
        registry.shared.observe(histogram, nanoseconds: 5)
        let gauge = registry.gauge(name, help: "A.", labels: labels) { 1 }
        registry.setConstant(name, help: "A.", labels: labels)
        #expect(registry.exposed == "")
        #expect(registry.refused("name") == "6")
        #expect(registry.sample("martlet_metrics_unattributed_total") == "3")
        gauge.remove()
    }

    @Test func `a family has one type and one list of bounds`() {
        _ = registry.counter("a", help: "A.")
        _ = registry.histogram("b", help: "B.", bounds: [1, 2])
        registry.setConstant("c", help: "C.")
        let before = registry.exposed
        let wrong = registry.histogram("a", help: "A.", bounds: [1, 2])
        registry.shared.observe(wrong, nanoseconds: 7)
        let other = registry.histogram("b", help: "B.", bounds: [1, 3])
        registry.shared.observe(other, seconds: 2.5)
        registry.shared.add(registry.counter("c", help: "C."))
        registry.setConstant("a", help: "A.")
        let gauge = registry.gauge("c", help: "C.", kind: .counter) { 5 }
        #expect(registry.exposed == before)
        #expect(registry.refused("mismatch") == "5")
        #expect(registry.sample("martlet_metrics_unattributed_total") == "3")
        gauge.remove()
    }

    @Test func `a long value of a label is cut between characters`() {
        let value = String(repeating: "é", count: Limits.labelOctetsMax)
        _ = registry.counter("a_total", help: "A.", labels: [("x", "y" + value)])
        let kept = "y" + String(repeating: "é", count: Limits.labelOctetsMax / 2 - 1)
        #expect(registry.sample("a_total{x=\"\(kept)\"}") == "0")
    }

    /// Takes all slots but those for overflow.
    private func fill() {
        var number = 0
        while registry.refused("full") == "0" {
            let sets = (0..<8_192).map { [("n", "\($0)")] }
            _ = registry.counters("fill\(number)_total", help: "F.", labels: sets)
            number += 1
        }
        let rest = (0..<8_192).map { [("n", "\($0)")] }
        for index in rest.indices {
            _ = registry.counter("rest_total", help: "R.", labels: rest[index])
        }
    }
}
