internal import ClusterView
internal import DNSWire
internal import Plugins

/// A packet that came in, and where its reply goes.
@safe
struct Exchange {
    /// The packet.
    let request: UnsafeRawBufferPointer
    /// Memory for the reply.
    let buffer: UnsafeMutableRawBufferPointer
    /// Who sent the packet.
    let client: ClientAddress
    /// How it came in.
    let transport: Transport
}

extension RoutingTable {
    /// Answers a packet: reads it, sends it through its server block, finishes the reply.
    ///
    /// The batch sees the versions of the views in `snapshots`; `depth` queries led to this one, 0
    /// to a client's own.
    ///
    /// - Returns: The octets of the reply; 0 if there is none.
    func answer(
        _ exchange: Exchange,
        scratch: QueryScratch,
        spare: QueryScratch,
        random: UInt32,
        snapshots: UnsafeBufferPointer<Unmanaged<ClusterSnapshot>>,
        depth: Int
    ) -> Int {
        var query = QueryView()
        let verdict = unsafe query.read(exchange.request, scratch: scratch)
        guard verdict != .drop else { return 0 }
        let response = unsafe ResponseWriter(
            answering: query,
            request: exchange.request,
            into: exchange.buffer,
            limit: replyLimit(query, exchange),
            payloadOctets: UInt16(Limits.udpPayloadOctets)
        )
        var transaction = unsafe Transaction(
            query: query,
            request: exchange.request,
            scratch: scratch,
            spare: spare,
            response: response,
            client: exchange.client,
            transport: exchange.transport,
            random: random,
            depth: depth,
            snapshots: snapshots,
            resolver: .passUnretained(self)
        )
        switch verdict {
        case .drop: return 0
        case .answer:
            guard route(&transaction) else { return 0 }
        case .formatError: transaction.response.responseCode = ResponseCode.formatError.rawValue
        case .notImplemented:
            transaction.response.responseCode = ResponseCode.notImplemented.rawValue
        case .badVersion: transaction.response.responseCode = ResponseCode.badVersion.rawValue
        }
        return transaction.response.finish(query)
    }

    /// Sends a query through the chain of its zone; false if there will be no reply.
    private func route(_ transaction: inout Transaction) -> Bool {
        let query = transaction.query
        // Only the Internet's class is served (CoreDNS refuses the others too).
        guard query.recordClass == RecordClass.in.rawValue,
            let chain = unsafe chain(for: query, transaction.scratch)
        else {
            transaction.response.responseCode = ResponseCode.refused.rawValue
            return true
        }
        let disposition = unsafe chain._withUnsafeGuaranteedRef { $0.answer(&transaction) }
        if disposition == .dropped { return false }
        if let code = disposition.responseCode {
            transaction.response.reset(to: query)
            transaction.response.responseCode = code
        }
        return true
    }

    /// The most octets of a reply: over UDP what the client takes, 512 without EDNS
    /// (RFC 1035 §4.2.1, RFC 6891 §6.2.5), but no more than is safe on any network.
    private func replyLimit(_ query: QueryView, _ exchange: Exchange) -> Int {
        guard exchange.transport == .udp else {
            return unsafe min(exchange.buffer.count, Limits.streamOctetsMax)
        }
        let accepted = query.hasEDNS ? Int(query.udpPayloadOctets) : 512
        return unsafe min(max(512, accepted), Limits.udpPayloadOctets, exchange.buffer.count)
    }
}
