import Glibc
import Testing

@testable import Metrics

@Suite("The memory of a worker's metrics")
struct BlockMemoryTests {
    private let registry = MetricsRegistry()
    private let counter: Counter

    init() {
        registry.addProcessMetrics()
        counter = registry.counter("a_total", help: "A.")
    }

    @Test func `a block takes memory for what is counted only`() {
        let block = registry.makeBlock()
        block.add(counter)
        #expect(residentPageCount(block) == 1)
        block.add(Counter(slot: 0))
        block.add(Counter(slot: UInt32(Limits.slotCountMax - 1)))
        // Pages may be larger than 4 KiB.
        #expect((2...3).contains(residentPageCount(block)))
    }

    @Test func `a block gives its memory back`() throws {
        // A page for each would be 80 MiB. Other tests of this process may take memory meanwhile:
        // one attempt of a few in which they don't is enough.
        let growths = (0..<5).lazy.map { _ in
            let before = residentOctets()
            for _ in 0..<20_000 { registry.makeBlock().add(counter) }
            return residentOctets() - before
        }
        #expect(growths.contains { $0 < 64 * 1_048_576 })
    }

    private func residentPageCount(_ block: MetricsBlock) -> Int {
        let octetCount = Limits.slotCountMax * 8
        var pages = [UInt8](repeating: 0, count: octetCount / sysconf(Int32(_SC_PAGESIZE)))
        // SAFETY: the vector has an octet for each page.
        let result = unsafe mincore(block.view.slots, octetCount, &pages)
        #expect(result == 0)
        withExtendedLifetime(block) {}
        return pages.count { $0 & 1 == 1 }
    }

    private func residentOctets() -> Double {
        Double(registry.sample("process_resident_memory_bytes") ?? "none") ?? .infinity
    }
}
