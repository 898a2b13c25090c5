internal import Synchronization

/// The room that zones have together that come from the same catalogs.
///
/// A zone that is fetched again has the room of both versions until the new one is served.
final class TransferBudget: Sendable {
    private struct Use {
        var octets = 0
        var records = 0
    }

    private let octetsMax: Int
    private let recordCountMax: Int
    private let use = Mutex(Use())

    /// Creates room.
    init(
        octetsMax: Int = Limits.catalogOctetsMax,
        recordCountMax: Int = Limits.catalogRecordCountMax
    ) {
        self.octetsMax = octetsMax
        self.recordCountMax = recordCountMax
    }

    /// Takes room, all that is asked for or nothing.
    fileprivate func take(octets: Int, records: Int) -> Bool {
        use.withLock { use in
            guard use.octets + octets <= octetsMax, use.records + records <= recordCountMax else {
                return false
            }
            use.octets += octets
            use.records += records
            return true
        }
    }

    /// Gives room back.
    fileprivate func giveBack(octets: Int, records: Int) {
        use.withLock { use in
            use.octets -= octets
            use.records -= records
        }
    }

    /// Whether all room has been given back.
    var isUnused: Bool { use.withLock { $0.octets == 0 && $0.records == 0 } }
}

/// What one version of a zone takes of the room that it has.
struct TransferShare: Sendable {
    /// The room that it has with others; nil if it has only the bounds of one zone.
    private let budget: TransferBudget?
    private var octets = 0
    private var records = 0

    /// Begins with nothing.
    init(of budget: TransferBudget?) {
        self.budget = budget
    }

    /// Takes more.
    ///
    /// - Throws: ``WireTransferError`` if there is no more.
    mutating func grow(octets: Int, records: Int) throws(WireTransferError) {
        guard self.octets + octets <= Limits.transferOctetsMax,
            self.records + records <= Limits.transferRecordCountMax
        else { throw WireTransferError("the zone is too large") }
        if let budget, !budget.take(octets: octets, records: records) {
            throw WireTransferError(
                "the zones of the catalogs are too large together: they have room for "
                    + "\(Limits.catalogRecordCountMax) records and "
                    + "\(Limits.catalogOctetsMax >> 20) MiB"
            )
        }
        self.octets += octets
        self.records += records
    }

    /// Gives back what was taken.
    mutating func giveBack() {
        budget?.giveBack(octets: octets, records: records)
        octets = 0
        records = 0
    }
}
