internal import Addresses
internal import DNSWire

/// Puts one address in front of the others, by weights (CoreDNS `loadbalance weighted`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class WeightedLoadbalancePlugin: Plugin, @unchecked Sendable {
    private let file: WeightFile

    /// Creates the plugin.
    init(_ file: WeightFile) {
        self.file = file
        super.init(name: "loadbalance")
    }

    override func start() { file.watch() }

    override func stop() { file.stop() }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        guard disposition == .written, transaction.isReorderable else { return disposition }
        let type = transaction.questionType
        guard type == .a || type == .aaaa || type == .srv else { return disposition }
        let table = file.table
        var random = SmallRandom(transaction.random, purpose: 3)
        transaction.reorder { message in
            message.answers = Self.sorted(message.answers, table, &random)
            message.additionals = Self.sorted(message.additionals, table, &random)
        }
        return disposition
    }

    private static func sorted(
        _ records: [ResourceRecord],
        _ table: WeightTable,
        _ random: inout SmallRandom
    ) -> [ResourceRecord] {
        var parts = RecordParts(records)
        guard !parts.addresses.isEmpty else { return records }
        let top = table.choose(parts.addresses, &random)
        parts.addresses.swapAt(0, top)
        return parts.aliases + parts.others + parts.addresses + parts.exchangers
    }
}

extension WeightTable {
    /// The index of one of some records, which are at least one: each is chosen in proportion to
    /// its weight.
    fileprivate func choose(_ records: [ResourceRecord], _ random: inout SmallRandom) -> Int {
        let weights = records.map { record -> Int in
            guard case .address(let address) = record.data else { return 1 }
            return Int(self[record.name, address])
        }
        var rest = random.below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            if rest < weight { return index }
            rest -= weight
        }
        return 0
    }
}
