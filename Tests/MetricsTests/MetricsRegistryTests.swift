import Metrics
import Testing

@Suite("The metrics registry: counters")
struct MetricsRegistryTests {
    let registry = MetricsRegistry()

    @Test func `a counter asked for again is the same, whatever the order of its labels`() {
        let first = registry.counter("a_total", help: "A.", labels: [("x", "1"), ("y", "2")])
        let again = registry.counter("a_total", help: "B.", labels: [("y", "2"), ("x", "1")])
        let other = registry.counter("a_total", help: "A.", labels: [("x", "2"), ("y", "1")])
        #expect(first == again)
        #expect(first != other)
        registry.shared.add(first)
        registry.shared.add(again, 4)
        #expect(registry.sample("a_total{x=\"1\",y=\"2\"}") == "5")
        #expect(registry.exposed.hasPrefix("# HELP a_total A.\n"), "the first help stays")
    }

    @Test func `a block's counts are there while it lives and after`() {
        let counter = registry.counter("a_total", help: "A.")
        var block: MetricsBlock? = registry.makeBlock()
        let other = registry.makeBlock()
        block?.add(counter, 3)
        other.add(counter)
        registry.shared.add(counter, 10)
        #expect(registry.sample("a_total") == "14")
        block = nil
        #expect(registry.sample("a_total") == "14")
        other.add(counter)
        #expect(registry.sample("a_total") == "15")
    }

    @Test func `a range counts by index`() {
        let block = registry.makeBlock()
        let range = registry.counters(
            "a_total",
            help: "A.",
            labels: ["A", "AAAA", "other"].map { [("type", $0)] }
        )
        block.add(range, 0, 2)
        block.add(range, 1)
        block.add(range[1])
        #expect(registry.sample("a_total{type=\"A\"}") == "2")
        #expect(registry.sample("a_total{type=\"AAAA\"}") == "2")
        #expect(registry.sample("a_total{type=\"other\"}") == nil, "nothing counted, not asked for")
    }

    @Test(arguments: [3, 4, 1_000_000, Int.max, -1, Int.min, 1 << 32, 1 << 33 + 1])
    func `an index outside of a range is that of the last`(index: Int) {
        let sets = [[("n", "0")], [("n", "1")], [("n", "2")]]
        let range = registry.counters("a_total", help: "A.", labels: sets)
        let next = registry.counter("b_total", help: "B.")
        registry.makeBlock().add(range, index)
        registry.shared.add(range, index)
        registry.shared.add(next, 0)
        #expect(registry.sample("a_total{n=\"2\"}") == "2")
        #expect(registry.sample("b_total") == "0")
    }

    @Test func `label sets keep their counts when a range gets other neighbours`() {
        let before = registry.counters("a_total", help: "A.", labels: sets("a", "b", "c"))
        for index in 0..<3 { registry.shared.add(before, index) }
        let after = registry.counters("a_total", help: "A.", labels: sets("c", "d", "a"))
        #expect(before != after)
        for index in 0..<3 { registry.shared.add(after, index, 10) }
        // A worker with the old configuration still counts.
        registry.shared.add(before, 0)
        #expect(registry.sample("a_total{name=\"a\"}") == "12")
        #expect(registry.sample("a_total{name=\"b\"}") == "1")
        #expect(registry.sample("a_total{name=\"c\"}") == "11")
        #expect(registry.sample("a_total{name=\"d\"}") == "10")
        #expect(registry.counters("a_total", help: "A.", labels: sets("a", "b", "c")) == before)
        #expect(registry.counters("a_total", help: "A.", labels: sets("c", "d", "a")) == after)
    }

    @Test func `a label set that comes twice in a range is one row`() {
        let range = registry.counters("a_total", help: "A.", labels: sets("x", "y", "x"))
        for index in 0..<3 { registry.shared.add(range, index) }
        #expect(registry.sample("a_total{name=\"x\"}") == "2")
        #expect(registry.exposed.split(separator: "\n").count == 4)
    }

    @Test func `a reload takes no slots`() {
        func configure() {
            _ = registry.counters("a_total", help: "A.", labels: sets("a", "b", "c"))
            _ = registry.counter("b_total", help: "B.")
            _ = registry.histogram("c_seconds", help: "C.", bounds: HistogramBounds.durations)
        }
        configure()
        let count = registry.slotCount
        for _ in 0..<100 { configure() }
        #expect(registry.slotCount == count)
        #expect(registry.refused("full") == "0")
    }

    @Test func `an empty range counts nowhere that matters`() {
        let range = registry.counters("a_total", help: "A.", labels: [])
        registry.shared.add(range, 0)
        registry.shared.add(range, 7)
        #expect(registry.exposed == "")
        #expect(registry.sample("martlet_metrics_unattributed_total") == "2")
    }

    @Test func `what was asked to show zeros shows them`() {
        _ = registry.counter("a_total", help: "A.")
        _ = registry.counter("b_total", help: "B.", exposesZeros: false)
        _ = registry.counters("c_total", help: "C.", labels: sets("x"), exposesZeros: true)
        _ = registry.histogram("d_bytes", help: "D.", unit: .octets, bounds: [1])
        _ = registry.histogram("e_seconds", help: "E.", bounds: [1], exposesZeros: false)
        #expect(registry.sample("a_total") == "0")
        #expect(registry.sample("c_total{name=\"x\"}") == "0")
        #expect(registry.sample("d_bytes_count") == "0")
        #expect(!registry.exposed.contains("b_total"))
        #expect(!registry.exposed.contains("e_seconds"))
    }

    private func sets(_ names: String...) -> [[(String, String)]] {
        names.map { [("name", $0)] }
    }
}
