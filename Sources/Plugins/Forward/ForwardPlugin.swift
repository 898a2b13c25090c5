internal import DNSWire
internal import Upstreams

/// Asks upstream servers (CoreDNS `forward`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
@safe
final class ForwardPlugin: Plugin, @unchecked Sendable {
    /// The stanzas, in the order in which they are tried.
    let rules: [ForwardRule]
    /// The same rules, not counted: counting would make all workers write the same memory.
    private let references: UnsafeMutableBufferPointer<Unmanaged<ForwardRule>>

    /// Creates the plugin; the rules are tried in order.
    init(rules: [ForwardRule]) {
        self.rules = rules
        unsafe references = .allocate(capacity: max(1, rules.count))
        for (index, rule) in rules.enumerated() {
            unsafe references.initializeElement(at: index, to: .passUnretained(rule))
        }
        super.init(name: "forward")
    }

    deinit {
        unsafe references.deallocate()
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        var isFirst = true
        for index in 0..<rules.count {
            // SAFETY: there is one reference per rule, and `rules` holds them.
            let reference = unsafe references[index]
            let isTaken = unsafe reference._withUnsafeGuaranteedRef {
                $0.takes(transaction.query, transaction.scratch)
            }
            guard isTaken else { continue }
            if isFirst, let cached = answerFromCache(&transaction, rest) { return cached }
            isFirst = false
            let rule = rules[index]
            if let disposition = ask(rule, &transaction, isLast: !hasLater(index, transaction)) {
                return disposition
            }
        }
        return rest.answer(&transaction)
    }

    private func answerFromCache(
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Disposition? {
        guard let cache = unsafe transaction.cache, !transaction.isRefresh else { return nil }
        return unsafe cache._withUnsafeGuaranteedRef {
            $0.answer(&transaction, rest.fromPrevious)
        }
    }

    /// Whether a later rule takes the query too.
    private func hasLater(_ index: Int, _ transaction: borrowing Transaction) -> Bool {
        rules[(index + 1)...].contains { $0.takes(transaction.query, transaction.scratch) }
    }

    /// Asks the upstreams of a rule; nil if the next one is to be asked.
    private func ask(
        _ rule: ForwardRule,
        _ transaction: inout Transaction,
        isLast: Bool
    ) -> Disposition? {
        let request = transaction.requestOctets
        // The identifier is the client's; two queries within one differ in the rest.
        let key = ErrandKey(owner: rule, octets: Array(request.dropFirst(2)))
        let transport: UpstreamTransport = transaction.transport == .udp ? .udp : .tcp
        let deadline = transaction.deadline == .max ? nil : transaction.deadline
        let arrival = transaction.result(of: key) {
            ForwardErrand(
                key: key,
                upstreams: rule.upstreams,
                request: request,
                transport: transport,
                deadline: deadline
            )
        }
        guard let arrival else { return .waiting }
        var result = arrival.result
        if let failure = result.failure {
            if let cache = unsafe transaction.cache {
                let stale = unsafe cache._withUnsafeGuaranteedRef { $0.answerStale(&transaction) }
                if let stale { return stale }
            }
            _ = transaction.fail(failure)
            return result.disposition
        }
        if !isLast, rule.passesOn(result.octets) { return nil }
        transaction.setMetadata("forward/upstream", result.source)
        if arrival.isNew, let cache = unsafe transaction.cache {
            unsafe cache._withUnsafeGuaranteedRef { $0.keep(&result.octets, for: &transaction) }
        }
        let isWritten = unsafe result.octets.withUnsafeBytes {
            unsafe transaction.write(reply: $0)
        }
        return isWritten ? .written : .formatError
    }
}
