internal import DNSWire

/// A query while rules are applied to it.
struct RewriteState {
    /// The question as it will be asked.
    var question: Question
    /// The question's name as text in lower case.
    private(set) var text: String
    /// What the name became if it is no name any more.
    private(set) var badName: String?
    /// The options as they will be asked with; nil without an OPT record.
    var edns: EDNS?
    /// What is to be done to the reply, in the order of the rules.
    var replyRules: [ReplyRule] = []
    /// What is known of the query that came in.
    let facts: RewriteFacts
    private let message: Message

    /// Starts with the query as it is; nil if it can't be read.
    init?(_ transaction: borrowing Transaction) {
        guard let message = transaction.requestMessage, let question = message.questions.first
        else { return nil }
        self.message = message
        self.question = question
        edns = message.edns
        text = transaction.questionText
        facts = RewriteFacts(transaction)
    }

    /// Replaces the question's name.
    mutating func rename(_ text: String) {
        guard let name = Name(text) else {
            badName = text
            return
        }
        question.name = name
        self.text = name.lowercased.description
    }

    /// The query that is to be asked; nil if it is the one that came in.
    var changed: Message? {
        guard question != message.questions.first || edns != message.edns else { return nil }
        var changed = message
        changed.questions = [question]
        changed.edns = edns
        return changed
    }
}

/// What is known of a query, for the values of options.
struct RewriteFacts {
    /// Who asked.
    let client: ClientAddress
    /// Whom the client asked.
    let local: LocalAddress
    /// How the query came in.
    let transport: Transport
    /// What plugins told about the query.
    let metadata: [String: String]

    /// Takes down what is known of a query.
    init(_ transaction: borrowing Transaction) {
        client = transaction.client
        local = transaction.local
        transport = transaction.transport
        metadata = transaction.metadata
    }
}
