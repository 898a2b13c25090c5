internal import Addresses
internal import DNSWire
internal import Expressions

/// What expressions and templates can ask about a query (CoreDNS `pkg/expression`).
struct QueryFacts: Sendable {
    /// The question's name in lower case, with a final dot.
    let name: String
    /// Who asked.
    let client: ClientAddress
    /// Whom the client asked.
    let local: LocalAddress
    /// What plugins told about the query.
    let metadata: [String: String]
    private let query: QueryView
    private let transport: Transport
    private let octetCount: Int
    private let payloadOctets: UInt16

    /// Takes down what is known of a query.
    init(_ transaction: borrowing Transaction) {
        name = transaction.questionText
        client = transaction.client
        local = transaction.local
        metadata = transaction.metadata
        query = transaction.query
        transport = transaction.transport
        octetCount = transaction.requestOctetCount
        payloadOctets = transaction.clientPayloadOctets
    }

    /// The question's type.
    var type: String { RecordType(rawValue: query.type).description }
    /// The question's class.
    var recordClass: String { RecordClass(rawValue: query.recordClass).description }

    /// What an expression may call, in the order of ``Fact``.
    static let declarations: [ExpressionDeclaration] = Fact.allCases.map { fact in
        switch fact {
        case .incidr: .function("incidr", [.string, .string], returning: .bool)
        case .metadata: .function("metadata", [.string], returning: .string)
        case .do: .function("do", returning: .bool)
        case .bufsize, .id, .opcode, .size: .function(fact.rawValue, returning: .int)
        default: .function(fact.rawValue, returning: .string)
        }
    }

    /// The functions by their names.
    enum Fact: String, CaseIterable, Sendable {
        case bufsize
        case recordClass = "class"
        case clientAddress = "client_ip"
        case `do`
        case id
        case incidr
        case metadata
        case name
        case opcode
        case port
        case transport = "proto"
        case serverAddress = "server_ip"
        case serverPort = "server_port"
        case size
        case type
    }

    private static let facts = Fact.allCases

    /// The value of a call in an expression.
    ///
    /// - Throws: ``EvaluationError`` for an argument that is no address or no block.
    func value(_ declaration: Int, _ arguments: [Value]) throws(EvaluationError) -> Value {
        guard QueryFacts.facts.indices.contains(declaration) else {
            throw EvaluationError("no such function")
        }
        switch QueryFacts.facts[declaration] {
        case .bufsize: return .int(Int(payloadOctets))
        case .recordClass: return .string(recordClass)
        case .clientAddress: return .string(client.address.description)
        case .do: return .bool(query.dnssecOK)
        case .id: return .int(Int(query.id))
        case .incidr: return .bool(try QueryFacts.isInBlock(arguments))
        case .metadata: return .string(metadata[arguments.first?.text ?? ""] ?? "")
        case .name: return .string(name)
        case .opcode: return .int(Int(query.opcode))
        case .port: return .string(String(client.port))
        case .transport: return .string(transport.name)
        case .serverAddress: return .string(local.address.description)
        case .serverPort: return .string(String(local.port))
        case .size: return .int(octetCount)
        case .type: return .string(type)
        }
    }

    private static func isInBlock(_ arguments: [Value]) throws(EvaluationError) -> Bool {
        guard arguments.count == 2 else { throw EvaluationError("incidr takes two arguments") }
        let texts = arguments.map(\.text)
        guard let address = IPAddress(texts[0]) else {
            throw EvaluationError("first argument is not an IP address")
        }
        guard let block = CIDRBlock(texts[1]) else {
            throw EvaluationError("second argument is not a CIDR")
        }
        return block.contains(address)
    }
}
