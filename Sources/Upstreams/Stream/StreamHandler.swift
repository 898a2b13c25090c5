internal import NIOCore
internal import NIOTLS
internal import Synchronization

/// What the thread of the streams and the loop's thread share of one stream.
final class StreamLink: Sendable {
    private let stream: LoopBound<StreamCarrier>
    private let mailbox: Mailbox
    private let hasEnded = Atomic<Bool>(false)
    /// Octets that arrived and that the loop hasn't looked at.
    private let waiting = Atomic<Int>(0)

    init(_ stream: StreamCarrier, _ mailbox: Mailbox) {
        self.stream = LoopBound(mailbox, stream)
        self.mailbox = mailbox
    }

    /// Has work done with the stream on the loop's thread.
    func post<Result: Sendable>(
        _ result: Result,
        _ work: @escaping @Sendable (StreamCarrier, Result) -> Void
    ) {
        post { [stream] in work(stream.value, result) }
    }

    private func post(_ work: @escaping @Sendable () -> Void) {
        _ = mailbox.post(work, capacity: .max)
    }

    /// Tells the loop that the stream is open.
    func opened(_ channel: any Channel) {
        post { [stream] in stream.value.opened(channel) }
    }

    /// Tells the loop that the stream has ended; only the first reason counts.
    func ended(_ end: StreamEnd) {
        guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
        post { [stream] in stream.value.ended(end) }
    }

    /// Gives the loop what arrived; false if it hasn't caught up with what arrived before.
    func received(_ buffer: ByteBuffer) -> Bool {
        let count = buffer.readableBytes
        guard waiting.add(count, ordering: .relaxed).newValue <= Limits.streamInputOctetsMax else {
            return false
        }
        post { [self] in
            waiting.subtract(count, ordering: .relaxed)
            stream.value.received(buffer)
        }
        return true
    }
}

/// Passes on what a stream brings.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let link: StreamLink
    private let isSecure: Bool
    private let wanted: String?
    private var isOpen = false

    /// Creates a handler; `wanted` is the protocol that has to be agreed on inside of TLS.
    init(_ link: StreamLink, isSecure: Bool, wanted: String? = nil) {
        self.link = link
        self.wanted = wanted
        self.isSecure = isSecure
    }

    func channelActive(context: ChannelHandlerContext) {
        if !isSecure { open(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let agreed) = event as? TLSUserEvent {
            // Over TLS alone nothing need be agreed on; HTTP/2 must (RFC 9113 §3.2).
            if let wanted, agreed != wanted {
                let text = "the server doesn't speak \(wanted), which DNS over HTTPS needs"
                link.ended(StreamEnd(.secure(text), isDial: true))
                context.close(promise: nil)
                return
            }
            open(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func open(_ context: ChannelHandlerContext) {
        isOpen = true
        link.opened(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard link.received(unwrapInboundIn(data)) else {
            link.ended(StreamEnd(.other("more arrives than is taken"), isDial: false))
            context.close(promise: nil)
            return
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        link.ended(StreamEnd(error, isDial: !isOpen))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.ended(StreamEnd(.closed, isDial: !isOpen))
        context.fireChannelInactive()
    }
}
