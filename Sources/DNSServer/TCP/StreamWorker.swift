internal import Addresses
internal import ClusterView
internal import NIOCore
internal import Plugins

/// What one event loop needs to answer queries over TCP; used on that loop only.
@safe
final class StreamWorker {
    private var worker: QueryWorker
    private let lane: SlowLane
    private let buffer: UnsafeMutableRawBufferPointer
    private var waiting = PendingList()
    /// The connections of the event loop.
    var handlers: [ObjectIdentifier: StreamHandler] = [:]

    /// Makes a worker that answers for a listener.
    init(_ source: ListenerSource) {
        worker = QueryWorker(source.configuration, key: source.key, services: source.services)
        lane = source.lane
        unsafe buffer = .allocate(byteCount: Limits.streamOctetsMax, alignment: 64)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// Begins a batch: looks once whether there is something newer.
    func beginBatch() {
        worker.beginBatch()
    }

    /// Looks whether there is something newer, though nothing was asked.
    func refresh() {
        worker.beginBatch()
        worker.endBatch()
    }

    /// Ends a batch, and hands over the queries that wait.
    func endBatch(at local: LocalAddress) {
        worker.endBatch()
        if worker.hasBackground {
            worker.takeBackground(at: local, lane, into: &waiting)
        }
        guard !waiting.isEmpty else { return }
        lane.submit(waiting)
        waiting = PendingList()
    }

    /// What became of a message.
    enum Result {
        /// The reply was appended; a zone transfer follows it, if it is one.
        case replied(MessageStream?)
        /// The reply comes later, by the closure.
        case waits
        /// There is no reply: a plugin wants it so.
        case nothing
        /// This is no query.
        case garbage
    }

    /// Answers a message and appends the reply, with its length in front.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - peer: Who sent it, whom to, and how.
    ///   - output: Where the reply goes.
    ///   - later: Where it goes if it has to wait; called on any thread.
    /// - Returns: What became of it.
    func answer(
        _ message: ByteBufferView,
        _ peer: StreamPeer,
        to output: inout ByteBuffer,
        later: @escaping @Sendable ([UInt8]?, MessageStream?) -> Void
    ) -> Result {
        unsafe message.withUnsafeBytes { request in
            let outcome = unsafe worker.answer(
                request,
                into: buffer,
                from: peer.client,
                at: peer.local,
                over: peer.transport
            )
            switch outcome {
            case .none: return .nothing
            case .garbage: return .garbage
            case .reply(let count):
                write(count, to: &output)
                return .replied(worker.takeStream())
            case .waiting:
                guard lane.admit() else {
                    let count = unsafe worker.refuse(request, into: buffer)
                    guard count > 0 else { return .nothing }
                    write(count, to: &output)
                    return .replied(nil)
                }
                let query = unsafe worker.suspend(
                    request,
                    from: peer.client,
                    at: peer.local,
                    over: peer.transport
                )
                guard let query = unsafe query else {
                    lane.release()
                    return .nothing
                }
                unsafe query._withUnsafeGuaranteedRef { $0.reply(to: later) }
                unsafe waiting.append(query)
                return .waits
            }
        }
    }

    private func write(_ count: Int, to output: inout ByteBuffer) {
        output.writeInteger(UInt16(truncatingIfNeeded: count))
        unsafe output.writeBytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
}

/// Who is at both ends of a connection.
struct StreamPeer: Sendable {
    /// Who asks.
    var client: ClientAddress
    /// Whom the client asked.
    var local: LocalAddress
    /// How the connection carries messages.
    var transport: Transport
}

/// Where a listener gets from what it answers with.
struct ListenerSource: Sendable {
    /// The newest configuration.
    let configuration: VersionPublisher<ServingConfiguration>
    /// Which of its routes the listener has; nil for those given by flag.
    let key: ListenerKey?
    /// Where queries wait.
    let lane: SlowLane
    /// What the process has once.
    let services: ServerServices
}
