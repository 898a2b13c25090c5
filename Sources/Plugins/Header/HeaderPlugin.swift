internal import DNSWire

/// Which flags of a header are set and cleared.
struct HeaderRules: Sendable {
    /// The bit of AA in the flags' word (RFC 1035 §4.1.1).
    static let aa: UInt16 = 0x0400
    /// The bit of RD.
    static let rd: UInt16 = 0x0100
    /// The bit of RA.
    static let ra: UInt16 = 0x0080

    /// The flags that are set.
    private(set) var set: UInt16 = 0
    /// The flags that are cleared.
    private(set) var cleared: UInt16 = 0

    /// Adds a rule; it overrides those before it.
    mutating func add(_ flag: UInt16, isSet: Bool) {
        set = isSet ? set | flag : set & ~flag
        cleared = isSet ? cleared & ~flag : cleared | flag
    }

    /// Applies the rules to a word of flags.
    func apply(to flags: UInt16) -> UInt16 { flags & ~cleared | set }

    /// Applies the rules to a flag that is kept apart.
    func apply(_ flag: UInt16, to value: inout Bool) {
        if set & flag != 0 { value = true }
        if cleared & flag != 0 { value = false }
    }
}

/// Sets and clears flags of queries and replies (CoreDNS `header`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class HeaderPlugin: Plugin, @unchecked Sendable {
    private let query: HeaderRules
    private let response: HeaderRules

    /// Creates the plugin.
    init(query: HeaderRules, response: HeaderRules) {
        self.query = query
        self.response = response
        super.init(name: "header")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        transaction.query.flags = query.apply(to: transaction.query.flags)
        let disposition = rest.answer(&transaction)
        guard disposition == .written else { return disposition }
        response.apply(HeaderRules.aa, to: &transaction.response.isAuthoritative)
        response.apply(HeaderRules.ra, to: &transaction.response.recursionAvailable)
        // The reply's RD is the query's, from which it is copied when the reply is finished.
        var isDesired = transaction.query.recursionDesired
        response.apply(HeaderRules.rd, to: &isDesired)
        transaction.query.flags =
            transaction.query.flags & ~HeaderRules.rd | (isDesired ? HeaderRules.rd : 0)
        return disposition
    }
}
