/// Sets the time until which a query may wait (CoreDNS `cancel`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class CancelPlugin: Plugin, @unchecked Sendable {
    private let nanoseconds: UInt64

    /// Creates the plugin; `timeout` is positive.
    init(timeout: Duration) {
        let (seconds, attoseconds) = timeout.components
        // 31 years, which no query waits.
        let whole = UInt64(clamping: min(seconds, 1_000_000_000))
        nanoseconds = whole * 1_000_000_000 + UInt64(clamping: attoseconds / 1_000_000_000)
        super.init(name: "cancel")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        transaction.deadline = min(transaction.deadline, transaction.start &+ nanoseconds)
        let disposition = rest.answer(&transaction)
        guard disposition == .waiting, transaction.batchTime >= transaction.deadline else {
            return disposition
        }
        transaction.forgetErrand()
        return transaction.fail("the query waited longer than cancel allows")
    }
}
