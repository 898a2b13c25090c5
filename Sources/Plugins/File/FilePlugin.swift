internal import DNSWire

/// Answers from zone files (CoreDNS `file`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class FilePlugin: Plugin, TransferSource, @unchecked Sendable {
    private let zones: ZoneSet
    private let watches: [ZoneFileWatch]
    private let tasks: [RepeatingTask]
    private let notifier: (any ZoneNotifier)?

    /// Creates the plugin from its files, and how often each is looked at.
    init(
        _ watches: [(watch: ZoneFileWatch, interval: Duration)],
        notifier: (any ZoneNotifier)?
    ) {
        self.watches = watches.map(\.watch)
        self.notifier = notifier
        zones = ZoneSet(watches.flatMap(\.watch.zones))
        tasks = watches.map { watch, interval in
            RepeatingTask("file", every: interval) { watch.refresh() }
        }
        super.init(name: "file")
    }

    override func start() {
        for task in tasks { task.start() }
        for zone in zones.zones { notifier?.zoneHasChanged(zone.origin) }
    }

    override func stop() {
        for task in tasks { task.stop() }
    }

    /// Looks at all files now.
    func refresh() {
        for watch in watches { watch.refresh() }
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard let index = zones.index(for: transaction) else { return rest.answer(&transaction) }
        return zones.zones[index].answer(&transaction, rest)
    }

    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer {
        zones.zone(named: zone)?.offer ?? .notHere
    }
}
