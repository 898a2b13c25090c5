internal import DNSWire

/// Keeps what upstreams reply (CoreDNS `cache`).
///
/// It only makes its replies known to the queries that pass: the plugin that is about to ask an
/// upstream looks there first. So nothing kept stands in front of data that is held here.
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable, and
/// `replies` holds what `reference` points at.
@safe
final class CachePlugin: Plugin, @unchecked Sendable {
    /// The AD bit of a header: in a query, that the reply's is understood (RFC 6840 §5.7).
    private static let authenticData: UInt16 = 0x0020

    /// The replies.
    let replies: HeldReplies
    /// The same, not counted: counting would make all workers write the same memory.
    private let reference: Unmanaged<ReplyCache>
    private let zones: ZoneList
    private let includesLocal: Bool

    /// Creates the plugin.
    init(zones: [Name], replies: HeldReplies, includesLocal: Bool) {
        self.replies = replies
        unsafe reference = .passUnretained(replies)
        self.zones = ZoneList(zones)
        self.includesLocal = includesLocal
        super.init(name: "cache")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard zones.first(in: 0..<zones.count, holding: transaction) != nil else {
            return rest.answer(&transaction)
        }
        let flag = CachePlugin.authenticData
        let asked = transaction.query.flags & flag
        let outer = unsafe transaction.cache
        let deadline = transaction.deadline
        // Upstreams are asked as by one who understands AD, so that what is kept serves all.
        transaction.query.flags |= flag
        let disposition: Disposition
        if includesLocal {
            unsafe transaction.cache = nil
            disposition = answerWithLocal(&transaction, rest)
        } else {
            unsafe transaction.cache = reference
            disposition = rest.answer(&transaction)
        }
        unsafe transaction.cache = outer
        transaction.deadline = deadline
        transaction.query.flags = transaction.query.flags & ~flag | asked
        if asked == 0, !transaction.query.dnssecOK {
            transaction.response.isAuthenticated = false
        }
        return disposition
    }

    /// Answers from what is kept of all that the plugins behind this one replied, as CoreDNS does.
    private func answerWithLocal(
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Disposition {
        if let disposition = replies.answer(&transaction, rest) { return disposition }
        let disposition = rest.answer(&transaction)
        switch disposition {
        case .written:
            let written = transaction.response.octets(answering: transaction.query)
            var kept = written
            replies.keep(&kept, for: &transaction)
            guard kept != written else { return .written }
            let isWritten = unsafe kept.withUnsafeBytes {
                unsafe transaction.write(reply: $0)
            }
            return isWritten ? .written : .serverFailure
        case .serverFailure: return replies.answerStale(&transaction) ?? disposition
        default: return disposition
        }
    }
}
