import Glibc
import Metrics
import Testing

@Suite("Metrics of the process", .serialized)
struct ProcessMetricsTests {
    let registry = MetricsRegistry()

    init() {
        registry.addProcessMetrics()
        registry.addProcessMetrics()
    }

    @Test func `all of them have plausible values`() throws {
        let cpu = try value("process_cpu_seconds_total")
        #expect(cpu > 0 && cpu < 86_400)
        let resident = try value("process_resident_memory_bytes")
        #expect(resident > 1e6 && resident < 1e12)
        #expect(try value("process_virtual_memory_bytes") >= resident)
        let start = try value("process_start_time_seconds")
        let now = Double(time(nil))
        #expect(start <= now + 1 && start > now - 86_400)
        // A server of another test may raise the limit meanwhile.
        let before = descriptorLimit
        let told = try value("process_max_fds")
        #expect([before, descriptorLimit].contains(told))
    }

    @Test func `a process that works has used more processor time`() throws {
        let before = try value("process_cpu_seconds_total")
        var now = before
        var rounds = 0
        while now <= before, rounds < 1_000_000 {
            now = try value("process_cpu_seconds_total")
            rounds += 1
        }
        #expect(now > before)
    }

    @Test func `open descriptors are counted`() throws {
        // Other tests of the same process open files too: one attempt of many in which they
        // don't is enough.
        let isCounted = try (0..<1_000).contains { _ in
            let before = try value("process_open_fds")
            let descriptors = (0..<100).map { _ in unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
            let during = try value("process_open_fds")
            for descriptor in descriptors { close(descriptor) }
            return during - before == 100
        }
        #expect(isCounted)
    }

    @Test func `types are those that Prometheus' clients give`() {
        let text = registry.exposed
        #expect(text.contains("# TYPE process_cpu_seconds_total counter\n"))
        #expect(text.contains("# TYPE process_start_time_seconds gauge\n"))
        #expect(registry.refused("mismatch") == "0")
    }

    private var descriptorLimit: Double {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Double(limit.rlim_cur)
    }

    private func value(_ name: String) throws -> Double {
        try #require(Double(registry.sample(name) ?? "nothing written"))
    }
}
