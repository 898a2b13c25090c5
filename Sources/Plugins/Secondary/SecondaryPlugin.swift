internal import DNSWire

/// Answers from zones of primaries (CoreDNS `secondary`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class SecondaryPlugin: Plugin, TransferSource, NotifyReceiver, @unchecked Sendable {
    private let secondaries: [SecondaryZone]
    private let zones: ZoneSet

    /// Creates the plugin.
    init(_ secondaries: [SecondaryZone]) {
        self.secondaries = secondaries
        zones = ZoneSet(secondaries.map(\.served))
        super.init(name: "secondary")
    }

    override func start() {
        for zone in secondaries { zone.start() }
    }

    override func stop() {
        for zone in secondaries { zone.stop() }
    }

    /// Looks at the primaries now; blocks the calling thread.
    func refresh() {
        for zone in secondaries { _ = zone.refresh() }
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard let index = zones.index(for: transaction) else { return rest.answer(&transaction) }
        return zones.zones[index].answer(&transaction, rest)
    }

    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer {
        zones.zone(named: zone)?.offer ?? .notHere
    }

    func takeNotify(of zone: Name, from client: ClientAddress) -> Bool {
        secondaries.first { $0.served.origin == zone }?.takeNotify(from: client) ?? false
    }
}
