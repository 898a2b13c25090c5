import Metrics
import Synchronization
import Testing

@Suite("The metrics registry: gauges")
struct GaugeTests {
    let registry = MetricsRegistry()

    @Test func `a gauge is asked when metrics are written, as long as its registration lives`() {
        let value = Counted(1.5)
        var gauge: GaugeRegistration? = registry.gauge("a", help: "A.", read: value.read)
        #expect(registry.exposed == "# HELP a A.\n# TYPE a gauge\na 1.5\n")
        value.set(-2)
        #expect(registry.sample("a") == "-2")
        withExtendedLifetime(gauge) {}
        gauge = nil
        #expect(registry.exposed == "")
    }

    @Test func `the newest gauge answers, and the one before when that goes`() {
        let labels = [("zone", "."), ("server", "dns://:53")]
        let old = registry.gauge("a", help: "A.", labels: labels) { 1 }
        let new = registry.gauge("a", help: "A.", labels: labels.reversed()) { 2 }
        let row = "a{server=\"dns://:53\",zone=\".\"}"
        #expect(registry.sample(row) == "2")
        new.remove()
        #expect(registry.sample(row) == "1", "the new configuration failed")
        new.remove()
        #expect(registry.sample(row) == "1")
        old.remove()
        #expect(registry.sample(row) == nil)
    }

    @Test func `an old gauge that goes doesn't take the new one with it`() {
        let old = registry.gauge("a", help: "A.") { 1 }
        let new = registry.gauge("a", help: "A.") { 2 }
        old.remove()
        #expect(registry.sample("a") == "2")
        new.remove()
    }

    @Test func `a gauge without a value has no row`() {
        let none = registry.gauge("a", help: "A.") { nil }
        #expect(registry.exposed == "")
        none.remove()
    }

    @Test(arguments: [
        (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e6, "1e+06"),
    ])
    func `values that are no plain numbers are written as Prometheus reads them`(
        value: Double,
        text: String
    ) {
        registry.setConstant("a", help: "A.", value: value)
        #expect(registry.sample("a") == text)
    }

    @Test func `a constant stays until it is set again`() {
        registry.setConstant("build_info", help: "B.", labels: [("version", "1")])
        registry.setConstant("build_info", help: "B.", labels: [("version", "1")], value: 2)
        registry.setConstant("build_info", help: "B.", labels: [("version", "2")])
        #expect(registry.sample("build_info{version=\"1\"}") == "2")
        #expect(registry.sample("build_info{version=\"2\"}") == "1")
        registry.removeGauges(of: "build_info", matching: [("version", "1")])
        #expect(registry.sample("build_info{version=\"1\"}") == nil)
        #expect(registry.sample("build_info{version=\"2\"}") == "1")
    }

    @Test func `gauges are removed by their labels, counters stay`() {
        for (name, zone) in [("a", "x."), ("a", "y."), ("b", "x.")] {
            registry.setConstant(name, help: "H.", labels: [("server", "s"), ("zone", zone)])
        }
        _ = registry.counter("c_total", help: "C.", labels: [("zone", "x.")])
        registry.removeGauges(matching: [("zone", "x."), ("server", "other")])
        #expect(registry.sample("a{server=\"s\",zone=\"x.\"}") == "1")
        registry.removeGauges(matching: [("zone", "x.")])
        #expect(registry.sample("a{server=\"s\",zone=\"x.\"}") == nil)
        #expect(registry.sample("b{server=\"s\",zone=\"x.\"}") == nil)
        #expect(registry.sample("a{server=\"s\",zone=\"y.\"}") == "1")
        #expect(registry.sample("c_total{zone=\"x.\"}") == "0")
        registry.removeGauges(of: "a", matching: [])
        #expect(registry.sample("a{server=\"s\",zone=\"y.\"}") == nil)
    }

    @Test func `a removed gauge's registration may go later`() {
        let gauge = registry.gauge("a", help: "A.") { 1 }
        registry.removeGauges(matching: [])
        registry.setConstant("a", help: "A.", value: 3)
        gauge.remove()
        #expect(registry.sample("a") == "3")
    }

    @Test func `a gauge's function may use the registry`() {
        let gauge = registry.gauge("a", help: "A.") { [registry] in
            registry.shared.add(registry.counter("asked_total", help: "Asked."))
            registry.setConstant("b", help: "B.")
            return 1
        }
        #expect(registry.sample("a") == "1")
        #expect(registry.sample("asked_total") == "1")
        gauge.remove()
    }

    @Test func `the end of a function may end another registration`() {
        let inner = registry.gauge("inner", help: "I.") { 1 }
        let outer = registry.gauge("outer", help: "O.") {
            withExtendedLifetime(inner) { 2 }
        }
        #expect(registry.sample("outer") == "2")
        outer.remove()
        registry.setConstant("outer", help: "O.")
        registry.removeGauges(matching: [])
        #expect(registry.sample("outer") == nil)
    }

    @Test func `a counter kept elsewhere is written as one`() {
        let dropped = registry.gauge("dropped_total", help: "D.", kind: .counter) { 12 }
        #expect(registry.exposed.contains("# TYPE dropped_total counter\ndropped_total 12\n"))
        dropped.remove()
    }
}

/// A value that tests change.
private final class Counted: Sendable {
    private let value: Mutex<Double>

    init(_ value: Double) { self.value = Mutex(value) }

    func set(_ next: Double) { value.withLock { $0 = next } }

    var read: @Sendable () -> Double? { { self.value.withLock { $0 } } }
}
