internal import DNSWire
internal import Upstreams

/// Asks upstream servers (CoreDNS `forward`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
@safe
final class ForwardPlugin: Plugin, @unchecked Sendable {
    /// The stanzas, in the order in which they are tried.
    let rules: [ForwardRule]
    private let count: Int
    /// The same rules, not counted: counting would make all workers write the same memory.
    private let references: UnsafeMutableBufferPointer<Unmanaged<ForwardRule>>

    /// Creates the plugin; the rules are tried in order.
    init(rules: [ForwardRule]) {
        self.rules = rules
        count = rules.count
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
        for index in 0..<count {
            // SAFETY: there is one reference per rule, and `rules` holds them.
            let reference = unsafe references[index]
            let isTaken = unsafe reference._withUnsafeGuaranteedRef {
                $0.takes(transaction.query, transaction.scratch)
            }
            guard isTaken else { continue }
            if isFirst, let cached = answerFromCache(&transaction, rest) { return cached }
            isFirst = false
            let isLast = !hasLater(index, transaction)
            let disposition = unsafe reference._withUnsafeGuaranteedRef {
                ask($0, &transaction, isLast: isLast)
            }
            if let disposition { return disposition }
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
        guard index + 1 < count else { return false }
        return rules[(index + 1)...].contains { $0.takes(transaction.query, transaction.scratch) }
    }

    /// Asks the upstreams of a rule; nil if the next one is to be asked.
    private func ask(
        _ rule: ForwardRule,
        _ transaction: inout Transaction,
        isLast: Bool
    ) -> Disposition? {
        let transport: UpstreamTransport = transaction.transport == .udp ? .udp : .tcp
        let deadline = transaction.deadline == .max ? nil : transaction.deadline
        guard transaction.isPacketAsReceived else {
            return askWithCopy(rule, &transaction, transport, deadline, isLast: isLast)
        }
        let upstreams = rule.upstreams
        switch transaction.arrival(of: upstreams, over: transport, deadline: deadline) {
        case .waiting:
            guard let refusal = upstreams.refusal(of: transaction) else { return .waiting }
            transaction.forgetErrand()
            return refuse(refusal, &transaction)
        case .kept(let result, let isNew):
            return take(result, isNew: isNew, rule, &transaction, isLast: isLast)
        case .lent(let reply):
            let octets = unsafe reply.octets
            if !isLast, unsafe rule.passesOn(octets) { return nil }
            if transaction.readsMetadata {
                transaction.setMetadata("forward/upstream", upstreams.name(of: reply.upstream))
            }
            if reply.isNew, unsafe transaction.cache != nil {
                var copy = unsafe Array(octets)
                return keep(&copy, &transaction)
            }
            return unsafe write(octets, &transaction)
        }
    }

    /// Asks the upstreams of a rule with a query that plugins have made, or changed.
    private func askWithCopy(
        _ rule: ForwardRule,
        _ transaction: inout Transaction,
        _ transport: UpstreamTransport,
        _ deadline: UInt64?,
        isLast: Bool
    ) -> Disposition? {
        if !transaction.hasWaited, let refusal = rule.upstreams.refusal(of: transaction) {
            return refuse(refusal, &transaction)
        }
        let request = transaction.requestOctets
        // The identifier is the client's; two queries within one differ in the rest.
        let key = ErrandKey(owner: rule, octets: Array(request.dropFirst(2)))
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
        return take(arrival.result, isNew: arrival.isNew, rule, &transaction, isLast: isLast)
    }

    /// Replies with what an upstream said; nil if the next rule is to be asked.
    private func take(
        _ result: ErrandResult,
        isNew: Bool,
        _ rule: ForwardRule,
        _ transaction: inout Transaction,
        isLast: Bool
    ) -> Disposition? {
        var result = result
        if let failure = result.failure {
            if let stale = answerStale(&transaction) { return stale }
            _ = transaction.fail(failure)
            return result.disposition
        }
        if !isLast, unsafe result.octets.withUnsafeBytes({ unsafe rule.passesOn($0) }) {
            return nil
        }
        if transaction.readsMetadata {
            transaction.setMetadata("forward/upstream", result.source)
        }
        if isNew, unsafe transaction.cache != nil { return keep(&result.octets, &transaction) }
        return unsafe result.octets.withUnsafeBytes { unsafe write($0, &transaction) }
    }

    /// Fails without having asked anybody.
    private func refuse(_ refusal: QueryFailure, _ transaction: inout Transaction) -> Disposition {
        if let stale = answerStale(&transaction) { return stale }
        transaction.fail(refusal)
        if case .tooManyConcurrent = refusal { return .refused }
        return .serverFailure
    }

    private func answerStale(_ transaction: inout Transaction) -> Disposition? {
        guard let cache = unsafe transaction.cache else { return nil }
        return unsafe cache._withUnsafeGuaranteedRef { $0.answerStale(&transaction) }
    }

    /// Has the cache keep a reply, and writes it.
    private func keep(_ reply: inout [UInt8], _ transaction: inout Transaction) -> Disposition {
        if let cache = unsafe transaction.cache {
            unsafe cache._withUnsafeGuaranteedRef { $0.keep(&reply, for: &transaction) }
        }
        return unsafe reply.withUnsafeBytes { unsafe write($0, &transaction) }
    }

    private func write(
        _ reply: UnsafeRawBufferPointer,
        _ transaction: inout Transaction
    ) -> Disposition {
        unsafe transaction.write(reply: reply) ? .written : .formatError
    }
}
