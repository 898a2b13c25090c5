internal import ClusterView
internal import DNSWire
internal import Plugins
internal import Synchronization

/// Answers queries that come over HTTPS: at once where nobody else is needed, else in the slow
/// lane.
final class HTTPSAnswers: Sendable {
    private let source: ListenerSource
    private let local: LocalAddress
    private let desk: Mutex<Desk>

    /// What one query at a time is answered with.
    @safe
    private struct Desk: ~Copyable {
        var worker: QueryWorker
        let buffer: UnsafeMutableRawBufferPointer

        init(_ source: ListenerSource) {
            worker = QueryWorker(source.configuration, key: source.key, services: source.services)
            unsafe buffer = .allocate(byteCount: Limits.streamOctetsMax, alignment: 64)
        }

        deinit {
            unsafe buffer.deallocate()
        }
    }

    /// Answers for a listener.
    init(_ source: ListenerSource, _ address: ListenAddress) {
        self.source = source
        local = LocalAddress(address: address.address, port: address.port)
        desk = Mutex(Desk(source))
    }

    /// Looks at the newest configuration, so that the one before can go.
    func refresh() {
        desk.withLock { desk in
            desk.worker.beginBatch()
            desk.worker.endBatch()
        }
    }

    /// Answers a query; nil if there is no reply to it.
    func answer(_ query: [UInt8], from client: ClientAddress) async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            begin(query, from: client) { reply, _ in continuation.resume(returning: reply) }
        }
    }

    /// Answers a query, or lets it wait; `deliver` is called exactly once.
    private func begin(
        _ query: [UInt8],
        from client: ClientAddress,
        _ deliver: @escaping ReplyDelivery
    ) {
        let lane = source.lane
        var waiting = PendingList()
        var reply: [UInt8]?
        var isDone = true
        desk.withLock { desk in
            desk.worker.beginBatch()
            defer { desk.worker.endBatch() }
            unsafe query.withUnsafeBytes { request in
                let outcome = unsafe desk.worker.answer(
                    request,
                    into: desk.buffer,
                    from: client,
                    at: local,
                    over: .https
                )
                switch outcome {
                case .none, .garbage: break
                case .reply(let count): reply = unsafe Array(desk.buffer[..<count])
                case .waiting:
                    guard lane.admit() else {
                        let count = unsafe desk.worker.refuse(request, into: desk.buffer)
                        if count > 0 { reply = unsafe Array(desk.buffer[..<count]) }
                        return
                    }
                    let query = unsafe desk.worker.suspend(
                        request,
                        from: client,
                        at: local,
                        over: .https
                    )
                    guard let query = unsafe query else {
                        lane.release()
                        return
                    }
                    unsafe query._withUnsafeGuaranteedRef { $0.reply(to: deliver) }
                    unsafe waiting.append(query)
                    isDone = false
                }
            }
            // A zone transfer has no place in HTTP: its first message is all there is.
            _ = desk.worker.takeStream()
            if desk.worker.hasBackground {
                desk.worker.takeBackground(at: local, lane, into: &waiting)
            }
        }
        lane.submit(waiting)
        if isDone { deliver(reply, nil) }
    }

    /// The smallest time to live in a reply, in seconds (RFC 8484 §5.1).
    static let maxAge: @Sendable ([UInt8]) -> UInt32 = { octets in
        guard let message = try? Message(decoding: octets) else { return 0 }
        let records = message.answers + message.authorities + message.additionals
        return records.map(\.timeToLive).min() ?? 0
    }
}
