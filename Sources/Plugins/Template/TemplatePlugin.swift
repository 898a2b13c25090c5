internal import DNSWire
internal import Expressions
internal import Metrics
internal import ZoneFiles

/// Answers with records that are made from texts and the question (CoreDNS `template`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class TemplatePlugin: Plugin, @unchecked Sendable {
    /// What is compared first, without counting a reference.
    private struct Entry: Sendable {
        let recordClass: UInt16
        let type: UInt16
        let zones: Range<Int>
    }

    /// What a rule has to say about a question.
    private enum Verdict {
        case passes
        case ends
        case matches(TemplateMatch)
        case fails(String)
    }

    private let rules: [TemplateRule]
    private let zoneNames: [Name]
    private let zones: ZoneList
    private let entries: PlainArray<Entry>
    private let counters: TemplateCounters

    /// Creates the plugin; the first rule that matches answers.
    init(_ rules: [TemplateRule], metrics: MetricsRegistry) {
        self.rules = rules
        var names: [Name] = []
        var entries: [Entry] = []
        for rule in rules {
            let start = names.count
            // The longest zone first: it is the one that the templates see.
            names += rule.zones.sorted { $0.labelCount > $1.labelCount }
            entries.append(
                Entry(
                    recordClass: rule.recordClass.rawValue,
                    type: rule.type.rawValue,
                    zones: start..<names.count
                )
            )
        }
        zoneNames = names
        zones = ZoneList(names)
        self.entries = PlainArray(entries)
        counters = TemplateCounters(metrics)
        super.init(name: "template")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        for index in 0..<entries.count {
            let entry = entries[index]
            guard holds(entry.type, transaction.query.type),
                holds(entry.recordClass, transaction.query.recordClass),
                let zone = zones.first(in: entry.zones, holding: transaction)
            else { continue }
            switch verdict(rules[index], zoneNames[zone], transaction) {
            case .passes: continue
            case .ends: return .serverFailure
            case .fails(let reason): return transaction.fail("template: \(reason)")
            case .matches(let match): return answer(&transaction, rules[index], match)
            }
        }
        return rest.answer(&transaction)
    }

    /// Whether a type or class is one that is asked for; 255 is ANY on both sides.
    private func holds(_ wanted: UInt16, _ asked: UInt16) -> Bool {
        wanted == asked || wanted == 255 || asked == 255
    }

    private func verdict(
        _ rule: TemplateRule,
        _ zone: Name,
        _ transaction: borrowing Transaction
    ) -> Verdict {
        do throws(PatternFailure) {
            for pattern in rule.patterns {
                guard try isFound(pattern, transaction) else { continue }
                let facts = QueryFacts(transaction)
                guard let match = try pattern.firstMatch(in: facts.name) else { continue }
                do throws(EvaluationError) {
                    guard try hold(rule.conditions, facts) else { continue }
                    let variables = try values(rule.variables, facts)
                    return .matches(
                        TemplateMatch(rule, zone: zone, match, facts, variables, transaction)
                    )
                } catch {
                    return .fails("\(error)")
                }
            }
        } catch {
            return .fails("\(error)")
        }
        guard let zones = rule.fallthroughZones else { return .ends }
        // Most often all names go on: then the name isn't needed as a value.
        if zones.contains(where: \.isRoot) { return .passes }
        let name = transaction.questionName
        return zones.contains(where: { name.isSubdomain(of: $0) }) ? .passes : .ends
    }

    private func isFound(
        _ pattern: Pattern,
        _ transaction: borrowing Transaction
    ) throws(PatternFailure) -> Bool {
        // The text is lent for the closure only.
        try unsafe transaction.withQuestionText { text throws(PatternFailure) in
            try unsafe pattern.matches(text.span)
        }
    }

    private func hold(
        _ conditions: [Expression],
        _ facts: QueryFacts
    ) throws(EvaluationError) -> Bool {
        for condition in conditions {
            let isTrue = try condition.isTrue { (declaration, arguments) throws(EvaluationError) in
                try facts.value(declaration, arguments)
            }
            guard isTrue else { return false }
        }
        return true
    }

    private func values(
        _ variables: [(name: String, expression: Expression)],
        _ facts: QueryFacts
    ) throws(EvaluationError) -> [String: Value] {
        var values: [String: Value] = [:]
        for variable in variables {
            values[variable.name] = try variable.expression.evaluate {
                (declaration, arguments) throws(EvaluationError) in
                try facts.value(declaration, arguments)
            }
        }
        return values
    }

    private func answer(
        _ transaction: inout Transaction,
        _ rule: TemplateRule,
        _ match: TemplateMatch
    ) -> Disposition {
        guard rule.responseCode != .serverFailure else {
            counters.countMatch(match, transaction)
            return .serverFailure
        }
        var reply = Message(header: Header(id: 0))
        reply.header.isAuthoritative = true
        reply.header.responseCode = rule.responseCode
        let data = match.data
        for record in rule.records {
            switch make(record, data) {
            case .failure(let failure):
                counters.countMatch(match, transaction)
                counters.countFailure(failure, record, match, transaction)
                return transaction.fail("template: \(failure.text)")
            case .success(nil): continue
            case .success(let made?):
                switch record.section {
                case .authority: reply.authorities.append(made)
                case .additional: reply.additionals.append(made)
                case .answer:
                    reply.answers.append(made)
                    guard follow(made, &reply, &transaction) else { return .waiting }
                }
            }
        }
        counters.countMatch(match, transaction)
        explain(rule.extendedError, &transaction)
        transaction.write(reply)
        return .written
    }

    private func make(
        _ record: TemplateRule.Record,
        _ data: Value
    ) -> Result<ResourceRecord?, TemplateFailure> {
        let text: String
        do throws(EvaluationError) {
            text = try record.template.render(data)
        } catch {
            return .failure(.template("\(error)"))
        }
        // A template may decide that there is no record.
        guard text.utf8.contains(where: { $0 > 0x20 }) else { return .success(nil) }
        do throws(RecordTextError) {
            return .success(try ResourceRecord(parsing: text))
        } catch {
            return .failure(.record("\(error): \(OneLine.text(String(text.prefix(200))))"))
        }
    }

    /// Looks up the target of an alias when addresses are asked for.
    ///
    /// - Returns: False if the query has to wait for that.
    private func follow(
        _ record: ResourceRecord,
        _ reply: inout Message,
        _ transaction: inout Transaction
    ) -> Bool {
        let type = transaction.questionType
        guard case .cname(let target) = record.data, type == .a || type == .aaaa else {
            return true
        }
        switch transaction.ask(target, type) {
        case .code(.waiting): return false
        case .code: return true
        case .message(let octets):
            guard let found = try? Message(decoding: octets) else { return true }
            reply.header.isTruncated = found.header.isTruncated
            reply.answers += found.answers
            return true
        }
    }

    /// Adds an extended error, for clients that use EDNS (RFC 8914 §2).
    private func explain(
        _ error: TemplateRule.ExtendedError?,
        _ transaction: inout Transaction
    ) {
        guard let error else { return }
        let data = [UInt8(error.code >> 8), UInt8(error.code & 0xFF)] + error.text.utf8
        unsafe data.withUnsafeBytes { octets in
            _ = unsafe transaction.response.addOption(
                OptionCode.extendedError.rawValue,
                octets,
                answering: transaction.query
            )
        }
    }
}

/// Why a record can't be made.
enum TemplateFailure: Error {
    /// An action failed.
    case template(String)
    /// What came out is no record.
    case record(String)

    /// The failure for people.
    var text: String {
        switch self {
        case .template(let text), .record(let text): text
        }
    }
}
