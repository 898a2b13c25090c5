internal import DNSWire
internal import ZoneFiles

/// Answers from zone files (CoreDNS `file`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class FilePlugin: Plugin, @unchecked Sendable {
    /// A zone, and which of its unknown names are passed on.
    struct Zone: Sendable {
        /// The zone's name, for matching.
        var matcher: ZoneMatcher
        /// The zone's records.
        var records: StaticZone
        /// The zones whose unknown names are passed on; nil if none are.
        var passedOn: [Name]?
    }

    private let zones: [Zone]

    /// Creates the plugin.
    init(zones: [Zone]) {
        self.zones = zones.sorted { $0.matcher.labelCount > $1.matcher.labelCount }
        super.init(name: "file")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        for zone in zones where zone.matcher.holds(transaction.query, transaction.scratch) {
            return answer(&transaction, from: zone, rest)
        }
        return rest.answer(&transaction)
    }

    private func answer(
        _ transaction: inout Transaction,
        from zone: Zone,
        _ rest: RestOfChain
    ) -> Disposition {
        let type = transaction.questionType
        guard type != .axfr, type != .ixfr else { return .refused }
        let name = transaction.questionName
        let found = zone.records.lookup(name, type)
        if found.outcome == .nameError, found.answers.isEmpty, let passedOn = zone.passedOn,
            passedOn.contains(where: { name.isSubdomain(of: $0) })
        {
            return rest.answer(&transaction)
        }
        transaction.response.responseCode = found.responseCode.rawValue
        transaction.response.isAuthoritative = found.isAuthoritative
        write(found, name, into: &transaction.response)
        if let target = found.unresolvedTarget, type != .cname { return transaction.follow(target) }
        return .written
    }

    private func write(_ found: ZoneAnswer, _ name: Name, into response: inout ResponseWriter) {
        for record in found.answers {
            guard response.append(record, to: .answer, question: name) else {
                response.isTruncated = true
                return
            }
        }
        // Behind an alias that leads out of the zone come the records of its target.
        guard found.unresolvedTarget == nil else { return }
        for record in found.authorities {
            guard response.append(record, to: .authority, question: name) else {
                response.isTruncated = true
                return
            }
        }
        for record in found.additionals {
            guard response.append(record, to: .additional, question: name) else {
                if found.needsAdditionals { response.isTruncated = true }
                return
            }
        }
    }
}
