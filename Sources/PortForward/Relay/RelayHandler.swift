internal import Glibc
internal import NIOCore
internal import NIOPosix

/// One side of a relayed connection: what comes in goes out at the partner.
///
/// A side that ends its sending ends the partner's sending, after all that it sent; a side that
/// breaks breaks the partner. A side is read only while the partner's kernel takes what was read.
final class RelayHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var partner: RelayHandler?
    /// What came before there was a partner: NIO reads all of a connection that has ended.
    private var early: [ByteBuffer] = []
    private var hasEnded = false
    private var hasFinished = false
    private var hasFailed = false
    private var isReadWanted = false
    /// Called once, when the connection is open.
    var whenOpen: (() -> Void)?

    /// Whether the connection is open.
    var isOpen: Bool { context?.channel.isActive ?? false }

    /// Joins two sides; both begin to be read.
    func join(_ other: RelayHandler) {
        for (side, partner) in [(self, other), (other, self)] { side.partner = partner }
        for side in [self, other] { side.begin() }
    }

    private func begin() {
        guard let partner else { return }
        for data in early { partner.write(data) }
        if !early.isEmpty { partner.flush() }
        early = []
        if hasEnded { partner.finish() }
        guard let options = context?.channel.syncOptions else { return }
        do {
            try options.setOption(.autoRead, value: true)
        } catch {
            // It has closed meanwhile.
            partner.reset()
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        whenOpen = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        whenOpen?()
        whenOpen = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let data = unwrapInboundIn(data)
        if let partner { partner.write(data) } else { early.append(data) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.flush()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            hasEnded = true
            partner?.finish()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func read(context: ChannelHandlerContext) {
        if partner?.isWritable ?? true { context.read() } else { isReadWanted = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resume() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let partner = partner
        self.partner = nil
        partner?.partner = nil
        // An end that is read on a side that sends no more closes the side without a word of it.
        guard !hasFailed, hasFinished else {
            partner?.reset()
            return
        }
        if !hasEnded { partner?.finish() }
    }

    private var isWritable: Bool { context?.channel.isWritable ?? false }

    private func resume() {
        guard isReadWanted else { return }
        isReadWanted = false
        context?.read()
    }

    private func write(_ data: ByteBuffer) {
        context?.write(wrapOutboundOut(data), promise: nil)
    }

    private func flush() {
        context?.flush()
    }

    /// Ends the sending on this side, after what waits to be sent.
    private func finish() {
        guard let context, !hasFinished else { return }
        hasFinished = true
        // Closed at once, a side whose input has ended would lose what waits.
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { [self] result in
            if case .failure = result { hasFailed = true }
            self.context?.close(mode: .output, promise: nil)
        }
    }

    /// Closes this side so that its peer sees an error and no end: something is missing.
    func reset() {
        guard let channel = context?.channel else { return }
        // On the event loop it is set at once.
        let options = channel as? any SocketOptionProvider
        _ = options?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        channel.close(promise: nil)
    }
}
