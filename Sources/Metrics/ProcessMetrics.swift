internal import Glibc

extension MetricsRegistry {
    /// Adds what Prometheus' clients tell about their process: CPU time, memory, descriptors,
    /// start.
    ///
    /// Doing it again changes nothing.
    public func addProcessMetrics() {
        addPermanent(
            "process_cpu_seconds_total",
            help: "Total user and system CPU time spent in seconds.",
            kind: .counter,
            read: ProcessReader.cpuSeconds
        )
        addPermanent(
            "process_resident_memory_bytes",
            help: "Resident memory size in bytes.",
            read: ProcessReader.residentOctets
        )
        addPermanent(
            "process_virtual_memory_bytes",
            help: "Virtual memory size in bytes.",
            read: ProcessReader.virtualOctets
        )
        addPermanent(
            "process_open_fds",
            help: "Number of open file descriptors.",
            read: ProcessReader.openDescriptorCount
        )
        addPermanent(
            "process_max_fds",
            help: "Maximum number of open file descriptors.",
            read: ProcessReader.descriptorCountMax
        )
        // It doesn't change, but the clock by which it is told may be set.
        let start = ProcessReader.startSeconds()
        addPermanent(
            "process_start_time_seconds",
            help: "Start time of the process since unix epoch in seconds.",
            read: { start }
        )
    }
}

/// Asks the kernel about this process; nil where it doesn't tell.
enum ProcessReader {
    @Sendable
    static func cpuSeconds() -> Double? { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    @Sendable
    static func residentOctets() -> Double? { memoryOctets(field: 1) }

    @Sendable
    static func virtualOctets() -> Double? { memoryOctets(field: 0) }

    @Sendable
    static func openDescriptorCount() -> Double? {
        // SAFETY: the directory is this function's own until it closes it.
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { _ = unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Less `.`, `..` and the descriptor of the directory itself.
        return Double(max(count - 3, 0))
    }

    @Sendable
    static func descriptorCountMax() -> Double? {
        var limit = rlimit()
        // SAFETY: the kernel fills in a structure of this function's own.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return nil
        }
        return Double(limit.rlim_cur)
    }

    /// The time of the start, in seconds since 1970.
    static func startSeconds() -> Double? {
        // proc_pid_stat(5): the second field is a name in parentheses that may hold anything, the
        // 22nd the start in ticks since the system started.
        guard let stat = ProcFile.read("/proc/self/stat"),
            let nameEnd = stat.lastIndex(of: UInt8(ascii: ")")),
            let now = seconds(of: CLOCK_REALTIME), let upTime = seconds(of: CLOCK_BOOTTIME)
        else { return nil }
        let fields = ProcFile.numbers(stat[(nameEnd + 1)...])
        let tickCount = sysconf(Int32(_SC_CLK_TCK))
        guard fields.count > 19, let start = fields[19], tickCount > 0 else { return nil }
        return now - upTime + start / Double(tickCount)
    }

    private static func memoryOctets(field: Int) -> Double? {
        // proc_pid_statm(5): pages in all, then those in memory.
        guard let statm = ProcFile.read("/proc/self/statm") else { return nil }
        let fields = ProcFile.numbers(statm[...])
        guard fields.count > field, let pages = fields[field] else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func seconds(of clock: clockid_t) -> Double? {
        var time = timespec()
        // SAFETY: the kernel fills in a structure of this function's own.
        guard unsafe clock_gettime(clock, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
