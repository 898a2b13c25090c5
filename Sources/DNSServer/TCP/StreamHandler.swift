internal import Addresses
internal import NIOCore
internal import Plugins

/// Answers the queries of one connection: pipelined, each with its length in front
/// (RFC 1035 §4.2.2, RFC 7766 §6.2.1).
///
/// A client that reads slowly is not read from until it has taken its replies; one that writes
/// slowly holds no more than one message, and not for long.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let worker: StreamWorker
    private let connections: ConnectionCounter
    private let limits: StreamLimits
    private var peer: StreamPeer
    private var pending: ByteBuffer?
    private var context: ChannelHandlerContext?
    private var patience: Scheduled<Void>?
    private var totalTimer: Scheduled<Void>?
    /// Queries that the connection has brought.
    private var queryCount = 0
    /// Until when a connection that is drained may go on asking; nil if it isn't drained.
    private var drainEnd: NIODeadline?
    /// Whether the connection is among those that are counted.
    private var isCounted = false
    /// Whether replies wait for the client, so that nothing more is answered or read.
    private var isPaused: Bool { isChoked || waitingCount >= Limits.connectionWaitingMax }
    /// Whether the client takes its replies too slowly.
    private var isChoked = false
    /// Queries of the connection that wait in the slow lane.
    private var waitingCount = 0
    /// The zone transfer that is on its way out; what comes next is answered after it.
    private var transfer: MessageStream?
    /// Whether the client has said all it will say, or will be listened to.
    private var hasEnded = false
    /// Whether nothing more is answered, and the connection closes behind the last reply.
    private var isClosing = false

    /// Makes the handler of a connection.
    init(
        _ worker: StreamWorker,
        _ connections: ConnectionCounter,
        _ limits: StreamLimits,
        over transport: Transport = .tcp
    ) {
        let nobody = ClientAddress(address: IPAddress(ipv4: 0), port: 0)
        peer = StreamPeer(client: nobody, local: nobody, transport: transport)
        self.worker = worker
        self.connections = connections
        self.limits = limits
    }

    func channelActive(context: ChannelHandlerContext) {
        guard connections.enter() else {
            context.close(promise: nil)
            return
        }
        isCounted = true
        self.context = context
        worker.handlers[ObjectIdentifier(self)] = self
        if let address = context.remoteAddress, let parsed = ClientAddress(address) {
            peer.client = parsed
        }
        if let address = context.localAddress, let parsed = ClientAddress(address) {
            peer.local = parsed
        }
        let channel = context.channel
        totalTimer = context.eventLoop.scheduleTask(in: limits.totalTime) {
            channel.close(promise: nil)
        }
        restartTimer(channel)
        context.fireChannelActive()
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        var input = unwrapInboundIn(data)
        let isFirst = pending == nil
        if isFirst {
            pending = input
        } else {
            pending?.writeBuffer(&input)
        }
        // From the first octets of a query on, the rest has its own time.
        if isFirst, !hasCompleteMessage { restartTimer(context.channel) }
        answerPending(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !isPaused, transfer == nil, !isClosing, !hasEnded { context.read() }
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isChoked {
            isChoked = false
            restartTimer(context.channel)
            goOn(context)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Goes on with what had to wait: the rest of a transfer, further queries.
    private func goOn(_ context: ChannelHandlerContext) {
        sendTransfer(context)
        guard !isPaused, transfer == nil else { return }
        answerPending(context)
        if !isPaused, transfer == nil, !isClosing, !hasEnded { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            hasEnded = true
            closeIfDone(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        patience?.cancel()
        totalTimer?.cancel()
        pending = nil
        transfer = nil
        worker.handlers[ObjectIdentifier(self)] = nil
        self.context = nil
        if isCounted { connections.leave() }
        isCounted = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset or broken connection: nobody is left to tell.
        context.close(promise: nil)
    }

    /// Answers what has come in and what is on its way, then closes the connection.
    ///
    /// - Returns: When it is closed, at the latest when the time for it is over.
    func drain() -> EventLoopFuture<Void>? {
        guard let context else { return nil }
        let channel = context.channel
        totalTimer?.cancel()
        totalTimer = context.eventLoop.scheduleTask(in: limits.drainTime) {
            channel.close(promise: nil)
        }
        drainEnd = .now() + .nanoseconds(limits.drainTime.nanoseconds / 2)
        restartTimer(channel)
        closeIfDone(context)
        return channel.closeFuture
    }

    /// Answers all complete messages, as long as the client takes the replies.
    private func answerPending(_ context: ChannelHandlerContext) {
        worker.beginBatch()
        while !isPaused, transfer == nil, !isClosing, hasCompleteMessage { answerBatch(context) }
        worker.endBatch(at: peer.local)
        closeIfDone(context)
    }

    /// Answers complete messages, up to the bound of what may wait for the client.
    private func answerBatch(_ context: ChannelHandlerContext) {
        guard var input = pending else { return }
        // Let go of the octets here, so that they are not copied to be moved to the front.
        pending = nil
        // Replies are longer than queries; a buffer that grows as it fills is copied each time.
        let capacity = min(2 * input.readableBytes, Limits.connectionOutputOctetsMax)
        var output = context.channel.allocator.buffer(capacity: max(512, capacity))
        let room = StreamRoom(
            queryCount: limits.queryCountMax.map { $0 - queryCount } ?? .max,
            waitingCount: Limits.connectionWaitingMax - waitingCount
        )
        let loop = context.eventLoop
        let progress = worker.answer(&input, peer, to: &output, room) { delivery(on: loop) }
        queryCount += progress.queryCount
        waitingCount += progress.waitingCount
        transfer = progress.transfer
        input.discardReadBytes()
        if hasBroughtAll || drainEnd.map({ .now() >= $0 }) == true { hasEnded = true }
        if input.readableBytes > 0, !progress.isGarbage, !hasBroughtAll { pending = input }
        if output.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        }
        isChoked = !context.channel.isWritable
        restartTimer(context.channel)
        // What can't even be answered is no DNS: nothing good will follow.
        if progress.isGarbage { closeBehindReplies(context) } else { sendTransfer(context) }
    }

    /// What takes a reply that has to wait to the connection.
    private func delivery(on loop: any EventLoop) -> ReplyDelivery {
        let handler = NIOLoopBound(self, eventLoop: loop)
        return { reply, stream in loop.execute { handler.value.deliver(reply, stream) } }
    }

    /// Sends the reply to a query that waited.
    private func deliver(_ reply: [UInt8]?, _ stream: MessageStream?) {
        waitingCount -= 1
        // Nobody is left to tell if the connection is gone.
        guard let context, !isClosing else { return }
        if let reply {
            write(reply, context)
            context.flush()
            restartTimer(context.channel)
        }
        if drainEnd.map({ .now() >= $0 }) == true { hasEnded = true }
        if transfer == nil { transfer = stream }
        isChoked = !context.channel.isWritable
        if !isChoked { goOn(context) }
        closeIfDone(context)
    }

    /// Sends the messages of a zone transfer, as fast as the client takes them.
    private func sendTransfer(_ context: ChannelHandlerContext) {
        guard let transfer, !isClosing else { return }
        while context.channel.isWritable {
            guard let message = transfer.next() else {
                self.transfer = nil
                break
            }
            write(message, context)
            // Flushed one by one: only then the channel knows how much waits.
            context.flush()
        }
        isChoked = !context.channel.isWritable
        restartTimer(context.channel)
    }

    private func write(_ message: [UInt8], _ context: ChannelHandlerContext) {
        guard message.count <= Limits.streamOctetsMax else { return }
        var output = context.channel.allocator.buffer(capacity: 2 + message.count)
        output.writeInteger(UInt16(truncatingIfNeeded: message.count))
        output.writeBytes(message)
        context.write(wrapOutboundOut(output), promise: nil)
    }

    /// Whether the connection has brought as many queries as it may.
    private var hasBroughtAll: Bool { limits.queryCountMax.map { queryCount >= $0 } ?? false }

    private var hasCompleteMessage: Bool {
        guard let pending, let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self)
        else { return false }
        return pending.readableBytes >= 2 + Int(length)
    }

    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard hasEnded, !isPaused, !isClosing, !hasCompleteMessage, waitingCount == 0,
            transfer == nil
        else { return }
        closeBehindReplies(context)
    }

    /// Closes the connection once the client has taken its replies, or a timer ends the wait.
    private func closeBehindReplies(_ context: ChannelHandlerContext) {
        isClosing = true
        pending = nil
        let channel = context.channel
        // Writes complete in order: an empty one tells that those before it are out.
        let last = wrapOutboundOut(channel.allocator.buffer(capacity: 0))
        context.writeAndFlush(last).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Closes the connection unless the client does in time what it is waited for.
    private func restartTimer(_ channel: any Channel) {
        patience?.cancel()
        let time: TimeAmount
        if isChoked {
            time = limits.writeTime
        } else if drainEnd != nil {
            time = .milliseconds(Limits.drainSilenceMilliseconds)
        } else {
            time = pending == nil ? limits.idleTime : limits.readTime
        }
        patience = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
            // What waits in the slow lane is no fault of the client's.
            guard waitingCount == 0 else { return restartTimer(channel) }
            // What came while this thread had no time is read first: the loop looks once more.
            patience = channel.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
                channel.close(promise: nil)
            }
        }
    }
}

extension ClientAddress {
    /// The address of a connection's peer.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress, let port = address.port,
            let parsed = IPAddress(text.split(separator: "%").first.map(String.init) ?? text)
        else { return nil }
        self.init(address: parsed, port: UInt16(truncatingIfNeeded: port))
    }
}
