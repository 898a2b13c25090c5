import Metrics
import Testing

@Suite("The metrics registry")
struct MetricsRegistryTests {
    @Test func `a counter asked for again is the same`() {
        let registry = MetricsRegistry()
        let first = registry.counter("a_total", help: "A.", labels: [("x", "1"), ("y", "2")])
        let again = registry.counter("a_total", help: "B.", labels: [("y", "2"), ("x", "1")])
        #expect(first == again)
    }
}
