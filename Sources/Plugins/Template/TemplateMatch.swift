internal import Addresses
internal import DNSWire
internal import Expressions

/// A question that a template is for, as the template sees it.
struct TemplateMatch {
    /// The zone that the name is in, as the directive has it.
    let zone: String
    /// The name in lower case.
    let name: String
    /// The class; the directive's if any is asked for.
    let recordClass: String
    /// The type; the directive's if any is asked for.
    let type: String
    private let match: PatternMatch
    private let facts: QueryFacts
    private let variables: [String: Value]
    private let message: Message?

    /// Takes down what is known of a question.
    init(
        _ rule: TemplateRule,
        zone: Name,
        _ match: PatternMatch,
        _ facts: QueryFacts,
        _ variables: [String: Value],
        _ transaction: borrowing Transaction
    ) {
        self.zone = zone.lowercased.description
        name = facts.name
        let isAnyClass = transaction.query.recordClass == RecordClass.any.rawValue
        recordClass = isAnyClass ? rule.recordClass.description : facts.recordClass
        let isAnyType = transaction.query.type == RecordType.any.rawValue
        type = isAnyType ? rule.type.description : facts.type
        self.match = match
        self.facts = facts
        self.variables = variables
        message = transaction.requestMessage
    }

    /// What the dot is in a template (CoreDNS `templateData`).
    var data: Value {
        var groups = match.namedGroups
        for (index, text) in match.groups.enumerated() { groups["\(index)"] = text }
        let metadata = facts.metadata
        let meta = Function(arity: 1...1) { arguments in
            .string(metadata[arguments.first?.text ?? ""] ?? "")
        }
        return TemplateMatch.record(
            "template.templateData",
            [
                "Zone": .string(zone), "Name": .string(name), "Class": .string(recordClass),
                "Type": .string(type), "Match": .list(match.groups.map { .string($0) }),
                "Group": .map(groups.mapValues { .string($0) }),
                "Remote": .string(facts.client.address.description), "Var": .map(variables),
                "Meta": .function(meta), "Message": messageData, "Question": questionData,
            ]
        )
    }

    private var questionData: Value {
        guard let question = message?.questions.first else { return .null }
        return TemplateMatch.record(
            "dns.Question",
            [
                "Name": .string(question.name.description),
                "Qtype": .int(Int(question.type.rawValue)),
                "Qclass": .int(Int(question.recordClass.rawValue)),
            ]
        )
    }

    private var messageData: Value {
        guard let message else { return .null }
        let header = message.header
        return TemplateMatch.record(
            "dns.Msg",
            [
                "Id": .int(Int(header.id)), "Response": .bool(header.isResponse),
                "Opcode": .int(Int(header.opcode.rawValue)),
                "Authoritative": .bool(header.isAuthoritative),
                "Truncated": .bool(header.isTruncated),
                "RecursionDesired": .bool(header.isRecursionDesired),
                "RecursionAvailable": .bool(header.isRecursionAvailable),
                "Zero": .bool(header.hasReservedBit),
                "AuthenticatedData": .bool(header.isAuthenticData),
                "CheckingDisabled": .bool(header.isCheckingDisabled),
                "Rcode": .int(Int(header.responseCode.rawValue)),
                "Question": .list([questionData]), "Answer": .list([]), "Ns": .list([]),
                "Extra": .list([]),
            ]
        )
    }

    private static func record(_ name: String, _ fields: [String: Value]) -> Value {
        .record(Record(typeName: name) { fields[$0] })
    }
}
