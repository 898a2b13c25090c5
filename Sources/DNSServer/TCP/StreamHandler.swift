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
    private var client = ClientAddress(address: IPAddress(ipv4: 0), port: 0)
    private var pending: ByteBuffer?
    private var idleTimer: Scheduled<Void>?
    private var totalTimer: Scheduled<Void>?
    private var isPaused = false
    private var hasEnded = false

    /// Makes the handler of a connection.
    init(_ worker: StreamWorker, _ connections: ConnectionCounter) {
        self.worker = worker
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) {
        if let address = context.remoteAddress, let parsed = ClientAddress(address) {
            client = parsed
        }
        let channel = context.channel
        totalTimer = context.eventLoop.scheduleTask(
            in: .seconds(Limits.connectionTotalSeconds)
        ) { channel.close(promise: nil) }
        restartIdleTimer(channel)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = unwrapInboundIn(data)
        if pending == nil {
            pending = input
        } else {
            pending?.writeBuffer(&input)
        }
        answerPending(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isPaused {
            isPaused = false
            answerPending(context)
            if !isPaused { context.read() }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client has said all it will say: answer what is there, then close.
        if case .some(.inputClosed) = event as? ChannelEvent {
            hasEnded = true
            closeIfDone(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleTimer?.cancel()
        totalTimer?.cancel()
        connections.leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset or broken connection: nobody is left to tell.
        context.close(promise: nil)
    }

    /// Answers all complete messages, as long as the client takes the replies.
    private func answerPending(_ context: ChannelHandlerContext) {
        guard var input = pending else { return }
        var output = context.channel.allocator.buffer(capacity: 512)
        worker.refresh()
        var answered = 0
        while let length = input.getInteger(at: input.readerIndex, as: UInt16.self),
            input.readableBytes >= 2 + Int(length)
        {
            guard output.readableBytes < Limits.connectionOutputOctetsMax else { break }
            input.moveReaderIndex(forwardBy: 2)
            guard let message = input.readSlice(length: Int(length)) else { break }
            answered += 1
            guard worker.answer(message.readableBytesView, from: client, to: &output) else {
                // What can't even be answered is no DNS: nothing good will follow.
                context.close(promise: nil)
                pending = nil
                return
            }
        }
        input.discardReadBytes()
        pending = input.readableBytes > 0 ? input : nil
        if output.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        }
        if answered > 0 { restartIdleTimer(context.channel) }
        isPaused = !context.channel.isWritable
        if isPaused == false, hasCompleteMessage {
            // The output limit ended the loop: go on once this part is on its way.
            answerPending(context)
        }
        closeIfDone(context)
    }

    private var hasCompleteMessage: Bool {
        guard let pending, let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self)
        else { return false }
        return pending.readableBytes >= 2 + Int(length)
    }

    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard hasEnded, !isPaused, !hasCompleteMessage else { return }
        context.close(mode: .output, promise: nil)
        context.close(promise: nil)
    }

    /// Closes the connection unless a query is complete within the limit.
    private func restartIdleTimer(_ channel: any Channel) {
        idleTimer?.cancel()
        idleTimer = channel.eventLoop.scheduleTask(
            in: .seconds(Limits.connectionIdleSeconds)
        ) { channel.close(promise: nil) }
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
