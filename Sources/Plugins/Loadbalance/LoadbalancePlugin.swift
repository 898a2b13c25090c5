internal import Addresses
internal import DNSWire

/// Shuffles the addresses in replies (CoreDNS `loadbalance round_robin`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class LoadbalancePlugin: Plugin, @unchecked Sendable {
    private let preferred: [CIDRBlock]
    private let prefers: Bool

    /// Creates the plugin; addresses in `preferred` come first.
    init(preferred: [CIDRBlock]) {
        self.preferred = preferred
        prefers = !preferred.isEmpty
        super.init(name: "loadbalance")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        guard disposition == .written, transaction.isReorderable else { return disposition }
        var random = SmallRandom(transaction.random, purpose: 2)
        let needsMore = transaction.response.shuffleAddresses(
            from: transaction.query.questionEnd,
            using: &random
        )
        if needsMore || prefers { reorder(&transaction, &random) }
        return disposition
    }

    /// Does what can't be done in place: aliases in front, mail exchangers shuffled, preferred
    /// addresses first.
    private func reorder(_ transaction: inout Transaction, _ random: inout SmallRandom) {
        transaction.reorder { message in
            message.answers = sorted(message.answers, &random)
            message.additionals = sorted(message.additionals, &random)
        }
    }

    private func sorted(
        _ records: [ResourceRecord],
        _ random: inout SmallRandom
    ) -> [ResourceRecord] {
        var parts = RecordParts(records)
        parts.exchangers.shuffle(using: &random)
        guard prefers else {
            return parts.aliases + parts.others + parts.addresses + parts.exchangers
        }
        let ranked = parts.addresses.enumerated().map { (rank($0.element), $0.offset, $0.element) }
        parts.addresses = ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
        return parts.aliases + parts.addresses + parts.exchangers + parts.others
    }

    /// The first of the preferred blocks that holds a record's address.
    private func rank(_ record: ResourceRecord) -> Int {
        guard case .address(let address) = record.data else { return preferred.count }
        return preferred.firstIndex { $0.contains(address) } ?? preferred.count
    }
}

/// The records of a section, by what is done with them.
struct RecordParts {
    /// CNAME.
    var aliases: [ResourceRecord] = []
    /// A and AAAA.
    var addresses: [ResourceRecord] = []
    /// MX.
    var exchangers: [ResourceRecord] = []
    /// All others.
    var others: [ResourceRecord] = []

    /// Sorts records out.
    init(_ records: [ResourceRecord]) {
        for record in records {
            switch record.data {
            case .cname: aliases.append(record)
            case .address: addresses.append(record)
            case .mx: exchangers.append(record)
            default: others.append(record)
            }
        }
    }
}

extension Transaction {
    /// Whether the reply has records whose order can matter.
    var isReorderable: Bool {
        let type = questionType
        return response.responseCode == 0
            && (response.answerCount > 1 || response.authorityCount > 1
                || response.additionalCount > 1)
            && type != .axfr && type != .ixfr
    }

    /// Writes the reply anew after `change` has changed the order of its records.
    ///
    /// A reply that would get too large by that stays as it is.
    mutating func reorder(_ change: (inout Message) -> Void) {
        guard var message = replyMessage else { return }
        // The OPT record and its options are added when the reply is finished.
        message.edns = nil
        change(&message)
        guard let octets = try? message.encoded(), octets.count <= response.limit else { return }
        _ = unsafe octets.withUnsafeBytes { unsafe write(reply: $0) }
    }
}
