public import DNSWire

/// Whom plugins ask about names other than the one in the question.
///
/// The server implements it by sending a query of its own through the same listener.
///
/// `@unchecked Sendable`: as for ``Plugin``.
open class Resolver: @unchecked Sendable {
    /// Creates a resolver.
    public init() {}

    /// Answers a query made from another one, in memory of its own.
    ///
    /// `origin` says where it comes from; `desk` is that of the query it was made from.
    open func answer(
        _ request: UnsafeRawBufferPointer,
        in space: borrowing QuerySpace,
        origin: QueryOrigin,
        desk: UnsafeMutablePointer<WorkerDesk>
    ) -> ChainReply {
        .code(.refused)
    }
}

/// What became of a query made from another one.
public enum ChainReply: Sendable {
    /// The complete reply.
    case message([UInt8])
    /// Nothing was written; ``Disposition/waiting`` is to be returned at once.
    case code(Disposition)
}

/// Memory in which a query made from another one is read and answered.
@safe
public struct QuerySpace: ~Copyable {
    private let memory: NestedSpace

    init(_ memory: NestedSpace) {
        self.memory = memory
    }

    /// Where the query's name goes.
    public var scratch: QueryScratch { memory.main.scratch }
    /// Where other names go.
    public var spare: QueryScratch { memory.spare.scratch }
    /// Where the reply goes.
    public var buffer: UnsafeMutableRawBufferPointer { unsafe memory.buffer }
}

extension WorkerDesk {
    /// Lends memory for a query made from another one, for as long as `body` runs.
    static func withSpace<Result>(
        _ desk: UnsafeMutablePointer<WorkerDesk>,
        _ body: (borrowing QuerySpace) -> Result
    ) -> Result {
        let memory = unsafe desk.pointee.spaces.popLast() ?? NestedSpace()
        defer { unsafe desk.pointee.spaces.append(memory) }
        return body(QuerySpace(memory))
    }
}

extension Transaction {
    /// Asks the server another question, as if the client had asked it, with the options of this
    /// query.
    public mutating func ask(_ name: Name, _ type: RecordType) -> ChainReply {
        guard depth < Limits.depthMax else { return .code(.serverFailure) }
        let query = Message(asking: name, type, like: query)
        guard let request = try? query.encoded() else { return .code(.serverFailure) }
        var origin = origin
        origin.depth += 1
        // The other query's metadata are its own.
        let metadata = unsafe desk.pointee.metadata
        defer { unsafe desk.pointee.metadata = metadata }
        return unsafe WorkerDesk.withSpace(desk) { space in
            unsafe resolver._withUnsafeGuaranteedRef { resolver in
                unsafe request.withUnsafeBytes {
                    unsafe resolver.answer($0, in: space, origin: origin, desk: desk)
                }
            }
        }
    }

    /// Looks up the target of an alias that was written, and appends what is found.
    ///
    /// The alias itself stays in the answer whatever the lookup yields, with NOERROR: a client
    /// that asks for the alias must see it even if nobody here knows the target.
    ///
    /// - Returns: ``Disposition/written``, or ``Disposition/waiting`` to be returned at once.
    mutating func follow(_ target: Name) -> Disposition {
        guard depth < Limits.depthMax else { return .written }
        switch ask(target, questionType) {
        case .code(.waiting): return .waiting
        case .code: return .written
        case .message(let octets):
            guard let found = try? Message(decoding: octets) else { return .written }
            appendTarget(found)
            return .written
        }
    }

    private mutating func appendTarget(_ found: Message) {
        let asked = questionName
        for record in found.answers {
            // A circle of aliases ends where it closes.
            if case .cname = record.data, record.name == asked { return }
            guard response.append(record, to: .answer, question: asked) else {
                response.isTruncated = true
                return
            }
        }
        if found.header.isTruncated { response.isTruncated = true }
    }
}

extension RestOfChain {
    /// Sends another query, complete in wire form, through the rest of the chain.
    ///
    /// For plugins that change the question, or that ask again. The reply is not cut to what the
    /// client takes; writing it with ``Transaction/write(_:)`` does that.
    public func reply(to request: [UInt8], from transaction: inout Transaction) -> ChainReply {
        let origin = transaction.origin
        let cache = unsafe transaction.cache
        let route = unsafe transaction.route
        let deadline = transaction.deadline
        let desk = unsafe transaction.desk
        let resolver = unsafe transaction.resolver
        var reached = transaction.reached
        let reply = unsafe WorkerDesk.withSpace(desk) { space in
            unsafe request.withUnsafeBytes { octets -> ChainReply in
                var query = QueryView()
                guard unsafe query.read(octets, scratch: space.scratch) == .answer else {
                    return .code(.formatError)
                }
                var nested = unsafe Transaction(
                    query: query,
                    request: octets,
                    scratch: space.scratch,
                    spare: space.spare,
                    response: ResponseWriter(
                        answering: query,
                        request: octets,
                        into: space.buffer,
                        limit: Limits.messageOctetsMax,
                        payloadOctets: 1232
                    ),
                    origin: origin,
                    desk: desk,
                    resolver: resolver
                )
                unsafe nested.cache = cache
                unsafe nested.route = route
                nested.deadline = deadline
                nested.isNested = true
                let disposition = answer(&nested)
                reached = nested.reached
                guard disposition == .written else { return .code(disposition) }
                let count = nested.response.finish(nested.query)
                return unsafe .message(Array(space.buffer[..<count]))
            }
        }
        transaction.reached = reached
        return reply
    }
}

extension Message {
    /// A query for something else with the flags and options of another query.
    init(asking name: Name, _ type: RecordType, like query: QueryView) {
        var header = Header(id: query.id, isRecursionDesired: query.recursionDesired)
        header.isCheckingDisabled = query.checkingDisabled
        let edns =
            query.hasEDNS
            ? EDNS(udpPayloadSize: query.udpPayloadOctets, isDNSSECOK: query.dnssecOK) : nil
        self.init(
            header: header,
            questions: [Question(name: name, type: type)],
            edns: edns
        )
    }
}
