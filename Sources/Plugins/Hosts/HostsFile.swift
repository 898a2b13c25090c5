internal import Metrics
internal import Synchronization

/// The file of a `hosts` block and the entries beside it, read again when the file changes.
final class HostsFile: Sendable {
    private struct State {
        var version: FileVersion?
        var octets: [UInt8] = []
        var failure = ""
    }

    /// What is known now.
    let table: Replaceable<HostsTable>
    private let path: String
    private let lines: [String]
    private let entries: HostsEntries
    private let log: LogSink
    private let state = Mutex(State())
    private let gauges = Mutex<[GaugeRegistration]>([])

    /// Reads the file for the first time; without one there are only the entries of the block.
    init(_ options: HostsOptions, _ services: ServerServices) {
        path = options.path
        lines = options.lines
        entries = HostsEntries(zones: options.zones, hasReverse: options.hasReverse)
        log = services.log
        table = Replaceable(HostsTable(entries), services.epochs)
        refresh(isFirst: true)
        register(services.metrics)
    }

    private func register(_ metrics: MetricsRegistry) {
        let entries = metrics.gauge(
            "coredns_hosts_entries",
            help: "The combined number of entries in hosts and Corefile.",
            labels: [("hostsfile", path)]
        ) { [weak self] in self.map { Double($0.table.current.count) } }
        let time = metrics.gauge(
            "coredns_hosts_reload_timestamp_seconds",
            help: "The timestamp of the last reload of hosts file."
        ) { [weak self] in self?.state.withLock { $0.version?.seconds } }
        gauges.withLock { $0 = [entries, time] }
    }

    /// Reads the file if it has changed; one that is gone leaves what was read before.
    func refresh(isFirst: Bool = false) {
        let version = FileVersion(path)
        let known = state.withLock { $0.version }
        let hasChanged = version != nil && version != known && version?.isDirectory == false
        guard hasChanged || isFirst else { return }
        if hasChanged {
            do throws(FileReadingError) {
                let octets = try FileReading.octets(path, limit: Limits.hostsFileOctetsMax)
                state.withLock { $0 = State(version: version, octets: octets) }
            } catch {
                complain(error)
                guard isFirst else { return }
            }
        }
        var read = entries
        read.read(state.withLock { $0.octets })
        for line in lines { read.read(line: Array(line.utf8)[...]) }
        // The text is needed for this table only.
        state.withLock { $0.octets = [] }
        table.replace(with: HostsTable(read))
    }

    /// Says why the file can't be read: once, not each time that it is looked at.
    private func complain(_ error: FileReadingError) {
        let isNew = state.withLock { state in
            defer { state.failure = error.description }
            return state.failure != error.description
        }
        if isNew { log.write("[ERROR] plugin/hosts: \(error)") }
    }
}
