import Foundation
import Metrics
import Synchronization
import Testing

@Suite("The metrics registry: many threads")
struct ConcurrencyTests {
    static let threadCount = 4
    static let roundCount = 20
    static let additionCount = 500

    @Test func `nothing is lost, and sums never go back, while workers come and go`() throws {
        let registry = MetricsRegistry()
        let counter = registry.counter("packets_total", help: "Packets.")
        let types = registry.counters("types_total", help: "Types.", labels: sets(20))
        let durations = registry.histogram(
            "duration_seconds",
            help: "Durations.",
            bounds: HistogramBounds.durations
        )
        let remaining = Atomic<Int>(Self.threadCount)
        let done = DispatchGroup()
        for thread in 0..<Self.threadCount {
            onThread(done) {
                defer { remaining.subtract(1, ordering: .releasing) }
                for round in 0..<Self.roundCount {
                    let block = registry.makeBlock()
                    // SAFETY: the block lives until the end of the round, see below.
                    let writer = unsafe block.writer
                    for number in 0..<Self.additionCount {
                        writer.add(counter)
                        writer.add(types, number % 20)
                        writer.observe(durations, nanoseconds: UInt64(number) * 10_000)
                        registry.shared.add(counter)
                    }
                    // A configuration that comes while others count.
                    let labels = [("n", "\(thread)-\(round)")]
                    registry.shared.add(
                        registry.counter("rounds_total", help: "R.", labels: labels)
                    )
                    withExtendedLifetime(block) {}
                }
            }
        }
        var last = 0
        while remaining.load(ordering: .acquiring) > 0 {
            let now = try #require(Int(registry.sample("packets_total") ?? ""))
            #expect(now >= last)
            last = now
        }
        done.wait()
        let total = Self.threadCount * Self.roundCount * Self.additionCount
        #expect(registry.sample("packets_total") == "\(2 * total)")
        for number in 0..<20 {
            #expect(registry.sample("types_total{type=\"\(number)\"}") == "\(total / 20)")
        }
        #expect(registry.sample("duration_seconds_count") == "\(total)")
        // 0 to 25 times 10 us are within 0.25 ms, of every 500.
        let within = 26 * Self.threadCount * Self.roundCount
        #expect(registry.sample("duration_seconds_bucket{le=\"0.00025\"}") == "\(within)")
        let sum = (0..<Self.additionCount).reduce(0, +) * 10 * Self.threadCount * Self.roundCount
        #expect(registry.sample("duration_seconds_sum") == "\(Double(sum) / 1e6)")
        #expect(registry.sample("rounds_total{n=\"3-19\"}") == "1")
    }

    @Test func `gauges come and go while metrics are written`() {
        let registry = MetricsRegistry()
        let done = DispatchGroup()
        for thread in 0..<Self.threadCount {
            onThread(done) {
                for number in 0..<200 {
                    let labels = [("n", "\(number % 3)")]
                    let gauge = registry.gauge("a", help: "A.", labels: labels) { Double(thread) }
                    if number % 50 == 0 { registry.removeGauges(matching: [("n", "0")]) }
                    gauge.remove()
                }
            }
        }
        for _ in 0..<50 { #expect(!registry.write().isEmpty) }
        done.wait()
        #expect(registry.exposed == "")
    }

    private func onThread(_ done: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        done.enter()
        Thread.detachNewThread {
            body()
            done.leave()
        }
    }

    private func sets(_ count: Int) -> [[(String, String)]] {
        (0..<count).map { [("type", "\($0)")] }
    }
}
