internal import DNSWire

/// Answers from directories of zone files (CoreDNS `auto`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class AutoPlugin: Plugin, TransferSource, @unchecked Sendable {
    private let directories: [ZoneDirectory]
    /// The zones of each directory, one behind the other.
    private let origins: ZoneList
    private let originRanges: [Range<Int>]
    private let tasks: [RepeatingTask]

    /// Creates the plugin from directories, and how often each is looked at.
    init(_ directories: [ZoneDirectory], every intervals: [Duration]) {
        self.directories = directories
        origins = ZoneList(directories.flatMap(\.origins))
        var ranges: [Range<Int>] = []
        for directory in directories {
            let start = ranges.last?.upperBound ?? 0
            ranges.append(start..<(start + directory.origins.count))
        }
        originRanges = ranges
        tasks = zip(directories, intervals).map { directory, interval in
            RepeatingTask("auto", every: interval) { directory.refresh() }
        }
        super.init(name: "auto")
    }

    override func start() {
        for task in tasks { task.start() }
        for directory in directories { directory.notifyAll() }
    }

    override func stop() {
        for task in tasks { task.stop() }
    }

    /// Looks at all directories now.
    func refresh() {
        for directory in directories { directory.refresh() }
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard origins.first(in: 0..<origins.count, holding: transaction) != nil else {
            return rest.answer(&transaction)
        }
        for (directory, range) in zip(directories, originRanges)
        where origins.first(in: range, holding: transaction) != nil {
            let zone = directory.set.read(transaction) { set in
                set.index(for: transaction).map { set.zones[$0] }
            }
            if let zone { return zone.answer(&transaction, rest) }
        }
        return rest.answer(&transaction)
    }

    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer {
        for directory in directories
        where directory.origins.contains(where: { zone.isSubdomain(of: $0) }) {
            if let served = directory.set.current.zone(named: zone) { return served.offer }
        }
        return .notHere
    }
}
