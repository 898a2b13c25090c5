internal import DNSWire
internal import Plugins

/// A packet that came in, and where its reply goes.
@safe
struct Exchange {
    /// The packet.
    let request: UnsafeRawBufferPointer
    /// Memory for the reply.
    let buffer: UnsafeMutableRawBufferPointer
    /// Who sent the packet, how, and when.
    let origin: QueryOrigin
}

/// What became of a packet.
enum Outcome {
    /// A reply of so many octets is in the buffer.
    case reply(Int)
    /// There will be no reply: a plugin wants it so.
    case none
    /// There can be no reply: this is no query.
    case garbage
    /// The query has to wait for the errand on the desk.
    case waiting
}

/// The memory that a query is read into.
struct QueryMemory {
    /// Where its name goes.
    let scratch: QueryScratch
    /// Where other names go.
    let spare: QueryScratch
}

/// A packet as it was read.
struct ReadQuery {
    /// What to do with it.
    var verdict = QueryVerdict.drop
    /// What it asks for; the name is in the scratch that it was read into.
    var view = QueryView()
}

extension RoutingTable {
    /// Answers a packet: reads it, sends it through its server block, finishes the reply.
    ///
    /// - Parameters:
    ///   - exchange: The packet.
    ///   - memory: Where it is read.
    ///   - desk: What the worker lends.
    ///   - isWhole: Whether the reply is written without regard to what the client takes.
    /// - Returns: What became of it.
    func answer(
        _ exchange: Exchange,
        in memory: QueryMemory,
        desk: UnsafeMutablePointer<WorkerDesk>,
        isWhole: Bool = false
    ) -> Outcome {
        var query = ReadQuery()
        query.verdict = unsafe query.view.read(exchange.request, scratch: memory.scratch)
        return unsafe answer(exchange, query, in: memory, desk: desk, isWhole: isWhole)
    }

    /// Answers a packet that was read: sends it through its server block, finishes the reply.
    ///
    /// - Parameters:
    ///   - exchange: The packet.
    ///   - query: The packet as it was read.
    ///   - memory: Where it was read.
    ///   - desk: What the worker lends.
    ///   - isWhole: Whether the reply is written without regard to what the client takes, and cut
    ///     at the end: for replies that a plugin wants to see whole.
    /// - Returns: What became of it.
    func answer(
        _ exchange: Exchange,
        _ query: ReadQuery,
        in memory: QueryMemory,
        desk: UnsafeMutablePointer<WorkerDesk>,
        isWhole: Bool = false
    ) -> Outcome {
        guard query.verdict != .drop else { return .garbage }
        let limit = replyLimit(query.view, exchange)
        let response = unsafe ResponseWriter(
            answering: query.view,
            request: exchange.request,
            into: exchange.buffer,
            limit: isWhole ? exchange.buffer.count : limit,
            payloadOctets: UInt16(Limits.udpPayloadOctets)
        )
        var transaction = unsafe Transaction(
            query: query.view,
            request: exchange.request,
            scratch: memory.scratch,
            spare: memory.spare,
            response: response,
            origin: exchange.origin,
            desk: desk,
            resolver: .passUnretained(self)
        )
        switch query.verdict {
        case .drop: return .garbage
        case .answer:
            switch route(&transaction) {
            case .written: break
            case .waiting: return .waiting
            default: return .none
            }
        case .notify: takeNotify(&transaction)
        case .formatError: transaction.response.responseCode = ResponseCode.formatError.rawValue
        case .notImplemented:
            transaction.response.responseCode = ResponseCode.notImplemented.rawValue
        case .badVersion: transaction.response.responseCode = ResponseCode.badVersion.rawValue
        }
        if isWhole { transaction.response.fit(limit, answering: query.view) }
        return .reply(transaction.response.finish(transaction.query))
    }

    /// Sends a query through the chain of its zone, and writes the code that the chain left to the
    /// server.
    ///
    /// - Returns: ``Disposition/written``, ``Disposition/dropped`` or ``Disposition/waiting``.
    func route(_ transaction: inout Transaction) -> Disposition {
        transaction.clearMetadata()
        let query = transaction.query
        guard query.recordClass == RecordClass.in.rawValue || takesOtherClasses,
            let target = target(for: &transaction)
        else {
            countDropped(transaction)
            transaction.response.responseCode = ResponseCode.refused.rawValue
            return .written
        }
        unsafe transaction.route = target.info
        let disposition = unsafe target.chain._withUnsafeGuaranteedRef { $0.answer(&transaction) }
        if disposition == .written { return .written }
        if let code = disposition.responseCode {
            transaction.response.reset(to: query)
            transaction.response.responseCode = code
            return .written
        }
        return disposition
    }

    /// Hands the news that a zone has changed to who is a secondary of it: NOERROR if somebody is,
    /// REFUSED if it is not for this zone or not from this client, NOTIMP if there are no secondary
    /// zones at all (RFC 1996 §3.11).
    private func takeNotify(_ transaction: inout Transaction) {
        let plugins = routes.flatMap(\.chain.plugins)
        let receivers = plugins.compactMap { $0 as? any NotifyReceiver }
        guard !receivers.isEmpty else {
            transaction.response.responseCode = ResponseCode.notImplemented.rawValue
            return
        }
        let zone = transaction.questionName
        let isTaken = receivers.contains { $0.takeNotify(of: zone, from: transaction.client) }
        transaction.response.isAuthoritative = isTaken
        let code = isTaken ? ResponseCode.noError : .refused
        transaction.response.responseCode = code.rawValue
    }

    /// The most octets of a reply: over UDP what the client takes, 512 without EDNS
    /// (RFC 1035 §4.2.1, RFC 6891 §6.2.5), but no more than is safe on any network.
    private func replyLimit(_ query: QueryView, _ exchange: Exchange) -> Int {
        guard exchange.origin.transport == .udp else {
            return unsafe min(exchange.buffer.count, Limits.streamOctetsMax)
        }
        let accepted = query.hasEDNS ? Int(query.udpPayloadOctets) : 512
        return unsafe min(max(512, accepted), Limits.udpPayloadOctets, exchange.buffer.count)
    }
}
