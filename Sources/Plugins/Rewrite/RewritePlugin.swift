internal import DNSWire
internal import Expressions

/// Rewrites queries and their replies (CoreDNS `rewrite`).
///
/// A query that no rule is for is passed on after a look at its name in wire form. Any other is
/// asked in its new form through the rest of the chain, and what comes back is made a reply to the
/// question that the client asked.
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
@safe
final class RewritePlugin: Plugin, @unchecked Sendable {
    /// A rule, and whether those after it are left out when it was for a query.
    struct Step: Sendable {
        var rule: RewriteRule
        var stops: Bool
    }

    private let steps: [Step]
    private let owned: [RuleProbe]
    private let probes: PlainArray<Unmanaged<RuleProbe>>
    private let needsText: Bool
    private let hasAliasRule: Bool

    /// Creates the plugin; the first rule that matches and stops is the last.
    init(_ steps: [Step]) {
        var reachable: [Step] = []
        for step in steps {
            reachable.append(step)
            // A rule about aliases is for every query.
            if case .alias = step.rule, step.stops { break }
        }
        self.steps = reachable
        owned = reachable.map { RuleProbe($0.rule) }
        unsafe probes = PlainArray(owned.map { unsafe .passUnretained($0) })
        needsText = owned.contains(where: \.needsText)
        hasAliasRule = reachable.contains { if case .alias = $0.rule { true } else { false } }
        super.init(name: "rewrite")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        if mayMatch(transaction) { return rewrite(&transaction, rest) }
        let disposition = rest.answer(&transaction)
        guard hasAliasRule, disposition == .written, transaction.hasAliasInAnswer else {
            return disposition
        }
        // Only the rules about aliases are for this query.
        let rules = steps.compactMap { step -> ReplyRule? in
            if case .alias(let replacement) = step.rule { return .alias(replacement) }
            return nil
        }
        guard let reply = transaction.replyMessage else { return .written }
        return finish(reply, rules, transaction.questionType, &transaction)
    }

    private func mayMatch(_ transaction: borrowing Transaction) -> Bool {
        guard needsText else {
            return unsafe mayMatch(transaction, UnsafeBufferPointer(start: nil, count: 0))
        }
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self,
            capacity: TextLine.nameOctetsMax
        ) { memory in
            var line = unsafe TextLine(memory)
            unsafe line.append(
                name: transaction.scratch.name,
                octetCount: transaction.query.nameOctetCount
            )
            return unsafe mayMatch(
                transaction,
                UnsafeBufferPointer(rebasing: memory[..<line.count])
            )
        }
    }

    private func mayMatch(
        _ transaction: borrowing Transaction,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for index in unsafe 0..<probes.count {
            // SAFETY: `owned` holds the probes for as long as this plugin.
            let mayHold = unsafe probes[index]._withUnsafeGuaranteedRef {
                unsafe $0.mayHold(
                    transaction.query,
                    transaction.scratch,
                    transaction.request,
                    text
                )
            }
            if mayHold { return true }
        }
        return false
    }

    /// Applies the rules to a query that at least one of them may be for.
    private func rewrite(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard var state = RewriteState(transaction) else { return .formatError }
        do throws(RewriteFailure) {
            for step in steps {
                guard try step.rule.apply(to: &state) else { continue }
                if let name = state.badName {
                    return transaction.fail("rewrite: invalid name after rewrite: \(name)")
                }
                if step.stops { break }
            }
        } catch {
            return transaction.fail(error.text)
        }
        let rules = state.replyRules
        guard let changed = state.changed else {
            let disposition = rest.answer(&transaction)
            guard !rules.isEmpty else { return disposition }
            guard disposition == .written else {
                return finish(disposition, rules, &transaction)
            }
            guard let reply = transaction.replyMessage else { return .written }
            return finish(reply, rules, state.question.type, &transaction)
        }
        guard let request = try? changed.encoded() else {
            return transaction.fail("rewrite: the query is too long after rewrite")
        }
        switch rest.reply(to: request, from: &transaction) {
        case .code(let disposition): return finish(disposition, rules, &transaction)
        case .message(let octets):
            guard let reply = try? Message(decoding: octets) else {
                return transaction.fail("rewrite: the reply can't be read")
            }
            copyOptions(reply, &transaction)
            return finish(reply, rules, state.question.type, &transaction)
        }
    }

    /// Options that plugins behind this one put into the reply.
    private func copyOptions(_ reply: Message, _ transaction: inout Transaction) {
        for option in reply.edns?.options ?? [] {
            unsafe option.data.withUnsafeBytes { data in
                _ = unsafe transaction.response.addOption(
                    option.code.rawValue,
                    data,
                    answering: transaction.query
                )
            }
        }
    }

    /// Applies the rules for replies, the last one first, and writes what comes of it.
    private func finish(
        _ reply: Message,
        _ rules: [ReplyRule],
        _ type: RecordType,
        _ transaction: inout Transaction
    ) -> Disposition {
        var reply = reply
        for rule in rules.reversed() {
            do throws(PatternFailure) {
                if case .alias(let replacement) = rule {
                    let isDone = try replaceAlias(in: &reply, replacement, type, &transaction)
                    guard isDone else { return .waiting }
                } else {
                    try rule.apply(to: &reply)
                }
            } catch {
                return transaction.fail("rewrite: \(error)")
            }
        }
        transaction.write(reply)
        return .written
    }

    /// Replaces the code of a reply that the server was to make.
    private func finish(
        _ disposition: Disposition,
        _ rules: [ReplyRule],
        _ transaction: inout Transaction
    ) -> Disposition {
        guard let code = disposition.responseCode else { return disposition }
        var reply = Message(header: Header(id: 0))
        reply.header.responseCode = ResponseCode(rawValue: code)
        for rule in rules.reversed() {
            if case .responseCode(let from, let to) = rule, reply.header.responseCode == from {
                reply.header.responseCode = to
            }
        }
        guard reply.header.responseCode.rawValue != code else { return disposition }
        transaction.write(reply)
        return .written
    }

    /// Replaces the target of the first alias that a rule is for, and asks what is at the new one.
    ///
    /// - Returns: False if the query has to wait for that.
    private func replaceAlias(
        in reply: inout Message,
        _ replacement: NameReplacement,
        _ type: RecordType,
        _ transaction: inout Transaction
    ) throws(PatternFailure) -> Bool {
        for (index, record) in reply.answers.enumerated() {
            guard case .cname(let target) = record.data else { continue }
            let new = try replacement.replaced(target)
            guard !new.isIdentical(to: target) else { continue }
            let octets: [UInt8]
            switch transaction.ask(new, type) {
            case .code(.waiting): return false
            case .code: return true
            case .message(let found): octets = found
            }
            guard let found = try? Message(decoding: octets) else { return true }
            var alias = record
            alias.data = .cname(new)
            reply.answers = reply.answers[..<index] + [alias] + found.answers
            reply.header.isTruncated = found.header.isTruncated
            return true
        }
        return true
    }
}
