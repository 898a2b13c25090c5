internal import DNSWire

/// Answers from zones of primaries (CoreDNS `secondary`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class SecondaryPlugin: Plugin, TransferSource, NotifyReceiver, @unchecked Sendable {
    private let secondaries: [SecondaryZone]
    /// The zones that catalogs add.
    let members: CatalogMembers

    /// Creates the plugin.
    init(_ secondaries: [SecondaryZone], _ members: CatalogMembers) {
        self.secondaries = secondaries
        self.members = members
        super.init(name: "secondary")
    }

    override func start() {
        members.start()
        for zone in secondaries { zone.start() }
    }

    override func stop() {
        for zone in secondaries { zone.stop() }
        members.stop()
    }

    /// Looks at the primaries now; blocks the calling thread.
    func refresh(withMembers: Bool = true) {
        for zone in secondaries { _ = zone.refresh() }
        guard withMembers else { return }
        for zone in members.set.current.members.values { _ = zone.refresh() }
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let zone = members.set.read(transaction) { set in
            set.served.index(for: transaction).map { set.served.zones[$0] }
        }
        guard let zone else { return rest.answer(&transaction) }
        return zone.answer(&transaction, rest)
    }

    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer {
        members.set.current.served.zone(named: zone)?.offer ?? .notHere
    }

    func takeNotify(of zone: Name, from client: ClientAddress) -> Bool {
        let secondary =
            secondaries.first { $0.served.origin == zone } ?? members.set.current.members[zone]
        return secondary?.takeNotify(from: client) ?? false
    }
}
