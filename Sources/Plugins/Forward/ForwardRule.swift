internal import DNSWire

/// One `forward` stanza: which names it takes, and whom it asks.
final class ForwardRule: Sendable {
    /// The zone whose names are taken.
    let from: Name
    /// The names that are taken, and those in them that are not.
    let zone: ZoneMatcher
    private let exceptions: [ZoneMatcher]
    /// Whom it asks.
    let upstreams: RuleUpstreams
    /// The codes of replies for which the next stanza is asked.
    let passedOn: Set<UInt16>
    /// Whether the next stanza is asked for replies without data.
    let passesOnNoData: Bool

    init(
        from: Name,
        exceptions: [Name],
        upstreams: RuleUpstreams,
        passedOn: Set<UInt16>,
        passesOnNoData: Bool
    ) {
        self.from = from
        zone = ZoneMatcher(from)
        self.exceptions = exceptions.map { ZoneMatcher($0) }
        self.upstreams = upstreams
        self.passedOn = passedOn
        self.passesOnNoData = passesOnNoData
    }

    /// Whether the stanza takes a query; the zone's own name is never an exception.
    func takes(_ query: QueryView, _ scratch: QueryScratch) -> Bool {
        guard zone.holds(query, scratch) else { return false }
        guard !exceptions.isEmpty, query.labelCount > zone.labelCount else { return true }
        return !exceptions.contains { $0.holds(query, scratch) }
    }

    /// Whether the next stanza is to be asked after a reply.
    func passesOn(_ reply: UnsafeRawBufferPointer) -> Bool {
        guard reply.count >= QueryView.headerOctetCount else { return false }
        let code = unsafe UInt16(reply[3] & 0xF)
        if passedOn.contains(code) { return true }
        let hasAnswers = unsafe reply[6] != 0 || reply[7] != 0
        return passesOnNoData && code == 0 && !hasAnswers
    }
}
