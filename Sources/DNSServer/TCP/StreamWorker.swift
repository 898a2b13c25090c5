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

    /// Answers the complete messages of `input`, as many as there is room for, and appends the
    /// replies, each with its length in front.
    ///
    /// - Parameters:
    ///   - input: What has come in; what was answered is taken out.
    ///   - peer: Who sent it, whom to, and how.
    ///   - output: Where the replies go.
    ///   - room: How many queries there may be.
    ///   - later: Makes what is called with a reply that has to wait, on any thread.
    /// - Returns: What became of the messages.
    func answer(
        _ input: inout ByteBuffer,
        _ peer: StreamPeer,
        to output: inout ByteBuffer,
        _ room: StreamRoom,
        later: () -> ReplyDelivery
    ) -> StreamProgress {
        var progress = StreamProgress()
        let taken = unsafe input.withUnsafeReadableBytes { octets in
            var start = 0
            while output.readableBytes < Limits.connectionOutputOctetsMax, progress.isIn(room),
                let message = unsafe Self.message(in: octets, at: start)
            {
                start += 2 + message.count
                progress.queryCount += 1
                unsafe answer(message, peer, to: &output, &progress, later)
            }
            return start
        }
        input.moveReaderIndex(forwardBy: taken)
        return progress
    }

    /// The message that begins with its length at `start`; nil if it isn't complete.
    private static func message(
        in octets: UnsafeRawBufferPointer,
        at start: Int
    ) -> UnsafeRawBufferPointer? {
        let left = octets.count - start
        guard left >= 2 else { return nil }
        // SAFETY: two octets are left at `start`, then `length` behind them.
        let length = unsafe octets.loadUnaligned(fromByteOffset: start, as: UInt16.self)
        guard left - 2 >= Int(length.bigEndian) else { return nil }
        let end = start + 2 + Int(length.bigEndian)
        return unsafe UnsafeRawBufferPointer(rebasing: octets[(start + 2)..<end])
    }

    private func answer(
        _ request: UnsafeRawBufferPointer,
        _ peer: StreamPeer,
        to output: inout ByteBuffer,
        _ progress: inout StreamProgress,
        _ later: () -> ReplyDelivery
    ) {
        let outcome = unsafe worker.answer(
            request,
            into: buffer,
            from: peer.client,
            at: peer.local,
            over: peer.transport
        )
        switch outcome {
        case .none: break
        case .garbage: progress.isGarbage = true
        case .reply(let count):
            write(count, to: &output)
            progress.transfer = worker.takeStream()
        case .waiting:
            guard lane.admit() else {
                let count = unsafe worker.refuse(request, into: buffer)
                if count > 0 { write(count, to: &output) }
                return
            }
            let query = unsafe worker.suspend(
                request,
                from: peer.client,
                at: peer.local,
                over: peer.transport
            )
            guard let query = unsafe query else { return lane.release() }
            unsafe query._withUnsafeGuaranteedRef { $0.reply(to: later()) }
            unsafe waiting.append(query)
            progress.waitingCount += 1
        }
    }

    private func write(_ count: Int, to output: inout ByteBuffer) {
        _ = unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: 2 + count) { target in
            // SAFETY: there is room for the length and so many octets.
            let length = UInt16(truncatingIfNeeded: count).bigEndian
            unsafe target.storeBytes(of: length, as: UInt16.self)
            let reply = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[2...]).copyMemory(from: reply)
            return 2 + count
        }
    }
}

/// Takes the reply to a query that waited, and what follows it; nil if there is none.
typealias ReplyDelivery = @Sendable ([UInt8]?, MessageStream?) -> Void

/// How much more a connection may bring now.
struct StreamRoom {
    /// Queries.
    var queryCount: Int
    /// Queries that wait.
    var waitingCount: Int
}

/// What became of messages of a connection.
struct StreamProgress {
    /// Messages that were taken.
    var queryCount = 0
    /// Those of them whose replies come later.
    var waitingCount = 0
    /// The zone transfer that follows the last reply.
    var transfer: MessageStream?
    /// Whether the last message was no query: nothing good will follow.
    var isGarbage = false

    /// Whether one more message may be answered.
    func isIn(_ room: StreamRoom) -> Bool {
        !isGarbage && transfer == nil && queryCount < room.queryCount
            && waitingCount < room.waitingCount
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
