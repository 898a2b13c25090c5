internal import DNSWire
internal import ZoneFiles

/// A zone as it stands at one time.
final class ZoneVersion: Sendable {
    /// The zone; nil as long as nothing was read.
    let zone: StaticZone?
    /// Whether the zone is too old to be answered from (RFC 1035 §3.3.13).
    let isExpired: Bool

    /// Describes a version.
    init(_ zone: StaticZone?, isExpired: Bool = false) {
        self.zone = zone
        self.isExpired = isExpired
    }
}

/// A zone that is answered from memory and replaced when its source changes.
final class ServedZone: Sendable {
    /// The zone's name.
    let origin: Name
    /// What the zone says now.
    let version: Replaceable<ZoneVersion>
    /// The zones whose unknown names are passed on; nil if none are.
    private let passedOn: [Name]?

    /// Serves a zone.
    convenience init(
        _ origin: Name,
        _ zone: StaticZone?,
        passedOn: [Name]? = nil,
        services: ServerServices
    ) {
        self.init(origin, version: ZoneVersion(zone), passedOn: passedOn, services: services)
    }

    /// Serves a zone as it stands.
    init(_ origin: Name, version: ZoneVersion, passedOn: [Name]?, services: ServerServices) {
        self.origin = origin
        self.passedOn = passedOn
        self.version = Replaceable(version, services.epochs)
    }

    /// The zone's serial number; nil as long as nothing was read.
    var serial: UInt32? { version.current.zone?.start.serial }

    /// Answers a query for a name in the zone.
    func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let type = transaction.questionType
        // Who may transfer the zone, `transfer` says: without it nobody may.
        guard type != .axfr, type != .ixfr else { return .refused }
        let name = transaction.questionName
        let isSecure = transaction.query.dnssecOK
        let found = version.read(transaction) { version -> ZoneAnswer? in
            guard !version.isExpired else { return nil }
            return version.zone?.lookup(name, type, isSecure: isSecure)
        }
        guard let found else {
            return transaction.fail("the zone \(origin) is not there yet, or has expired")
        }
        if found.outcome == .nameError, found.answers.isEmpty, let passedOn,
            passedOn.contains(where: { name.isSubdomain(of: $0) })
        {
            return rest.answer(&transaction)
        }
        transaction.response.responseCode = found.responseCode.rawValue
        transaction.response.isAuthoritative = found.isAuthoritative
        found.write(to: &transaction.response, question: name)
        if let target = found.unresolvedTarget, type != .cname { return transaction.follow(target) }
        return .written
    }

    /// Offers the zone for transfer.
    var offer: TransferOffer {
        let version = version.current
        guard let zone = version.zone, !version.isExpired, let start = zone.startRecord else {
            return .unavailable
        }
        var index = 0
        return .zone(
            ZoneContents(start: start) {
                guard index < zone.nameCount else { return nil }
                defer { index += 1 }
                return zone.records(atIndex: index)
            }
        )
    }
}

extension ZoneAnswer {
    /// Writes the answer's records.
    fileprivate func write(to response: inout ResponseWriter, question: Name) {
        for record in answers {
            guard response.append(record, to: .answer, question: question) else {
                response.isTruncated = true
                return
            }
        }
        // Behind an alias that leads out of the zone come the records of its target.
        guard unresolvedTarget == nil else { return }
        for record in authorities {
            guard response.append(record, to: .authority, question: question) else {
                response.isTruncated = true
                return
            }
        }
        for record in additionals {
            guard response.append(record, to: .additional, question: question) else {
                if needsAdditionals { response.isTruncated = true }
                return
            }
        }
    }
}

/// Zones that are served together: the one with the most labels that a name is in answers.
final class ZoneSet: Sendable {
    /// So many are looked at one by one: that costs less than to hash the name.
    private static let fewZones = 4

    /// The zones, those with more labels first.
    let zones: [ServedZone]
    private let list: ZoneList
    private let table: ZoneTable
    private let byName: [Name: ServedZone]

    /// Puts zones together; of those with the same name the first counts.
    init(_ zones: [ServedZone]) {
        let sorted = zones.sorted { $0.origin.labelCount > $1.origin.labelCount }
        self.zones = sorted
        list = ZoneList(sorted.map(\.origin))
        table = ZoneTable(sorted.map(\.origin))
        byName = Dictionary(sorted.map { ($0.origin, $0) }) { first, _ in first }
    }

    /// The number of the zone that a query's name is in; counts no reference.
    func index(for transaction: borrowing Transaction) -> Int? {
        list.count > ZoneSet.fewZones
            ? table.closest(transaction)
            : list.first(in: 0..<list.count, holding: transaction)
    }

    /// The zone of a name.
    func zone(named name: Name) -> ServedZone? { byName[name] }
}
