internal import Addresses
internal import NIOCore
internal import NIOTLS

/// What is the same for a connection of any version: its place in the table and its clock.
///
/// It stands behind TLS, and before the protocol that is spoken.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What the connection waits for; each has its time.
    private enum Phase {
        case handshake
        case idle
        case reading
        case answering
    }

    private let service: ServiceContext
    private let hasTLS: Bool
    private var context: ChannelHandlerContext?
    private var phase = Phase.idle
    private var timer: Scheduled<Void>?
    /// Requests that have begun and whose replies are not out.
    private var exchangeCount = 0
    private var hasServed = false
    /// Whether the latest request has begun and is not complete (HTTP/1.1).
    private var isIncomplete = false
    private var isHTTP2 = false
    private var requestOctets = 0
    private var isDeaf = false
    /// Octets of bodies of requests that are not answered.
    private var bodyOctets = 0
    /// Octets of replies that the client has not taken.
    private var replyOctets = 0
    /// Whether the next reply is the last.
    private(set) var isEnding = false
    /// The client's address.
    private(set) var client = IPAddress(ipv4: 0)
    /// The client's port.
    private(set) var clientPort: UInt16 = 0

    /// Makes the handler of a connection.
    init(_ service: ServiceContext, hasTLS: Bool) {
        self.service = service
        self.hasTLS = hasTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        guard service.table.enter(context.channel) else {
            context.close(promise: nil)
            return
        }
        self.context = context
        readClient(context)
        isEnding = service.table.isDraining
        wait(hasTLS ? .handshake : .idle)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        self.context = nil
        service.table.leave(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        if !isHTTP2 {
            if phase == .idle { wait(.reading) }
            requestOctets += unwrapInboundIn(data).readableBytes
            // In chunks, a body may take twice its size: then they are of one octet or two.
            let most = service.limits.headOctetsMax + 2 * service.limits.bodyOctetsMax
            if requestOctets > most + 65_536 {
                isDeaf = true
                context.fireErrorCaught(RequestOverflow())
                return
            }
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted:
            wait(.idle)
        case is DrainEvent:
            drain(context)
            return
        case ChannelEvent.inputClosed:
            // The client says no more, but may wait for a reply. Tell the protocol first: it may
            // hold a request that it took for unfinished.
            context.fireUserInboundEventTriggered(event)
            isEnding = true
            if exchangeCount == 0 { context.close(promise: nil) }
            return
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Notes that HTTP/2 is spoken, in whose pipeline there is somebody who says farewell.
    func beginHTTP2() {
        isHTTP2 = true
        if isEnding { fireQuiesce() }
    }

    /// Notes that a request has begun.
    func exchangeBegan() {
        exchangeCount += 1
        isIncomplete = true
        if isHTTP2 { wait(.answering) }
        noteUse()
    }

    /// Notes that a request is complete.
    func requestComplete() {
        hasServed = true
        isIncomplete = false
        requestOctets = 0
        if !isHTTP2 { wait(.answering) }
    }

    /// Notes that a reply is out, or that there is none.
    func exchangeEnded() {
        exchangeCount -= 1
        guard exchangeCount == 0, context != nil else {
            // The next request has begun while the reply went out: its time runs from now on.
            if isIncomplete, !isHTTP2 { wait(.reading) }
            return
        }
        wait(.idle)
        noteUse()
    }

    /// Counts octets of a body that is coming in; false if there are too many.
    func reserve(body octets: Int) -> Bool {
        guard
            bodyOctets + octets <= max(Limits.connectionBodyOctetsMax, service.limits.bodyOctetsMax)
        else { return false }
        bodyOctets += octets
        return true
    }

    /// Uncounts octets of a body that is dealt with.
    func release(body octets: Int) {
        bodyOctets -= octets
    }

    /// Counts octets of a reply that goes out; false if too many wait for the client already.
    func reserve(reply octets: Int) -> Bool {
        guard replyOctets == 0 || replyOctets + octets <= Limits.connectionReplyOctetsMax
        else { return false }
        replyOctets += octets
        return true
    }

    /// Uncounts octets of a reply that is out.
    func release(reply octets: Int) {
        replyOctets -= octets
    }

    /// Closes the connection, whatever is open on it.
    func close() {
        context?.close(promise: nil)
    }

    private func drain(_ context: ChannelHandlerContext) {
        isEnding = true
        if isHTTP2 {
            fireQuiesce()
        } else if exchangeCount == 0, phase == .idle {
            guard !hasServed else {
                context.close(promise: nil)
                return
            }
            schedule(.milliseconds(Limits.firstRequestMilliseconds)) { $0.close() }
        }
    }

    /// Lets HTTP/2 say that it takes no more requests, and close when it has answered those it has.
    private func fireQuiesce() {
        context?.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    private func noteUse() {
        guard let context else { return }
        service.table.note(context.channel, isBusy: exchangeCount > 0, hasServed: hasServed)
    }

    /// Waits for something, for as long as the limits say.
    private func wait(_ phase: Phase) {
        self.phase = phase
        switch phase {
        case .handshake, .reading:
            schedule(service.limits.readTime.amount) { $0.close() }
        case .idle:
            let isNew = !hasServed && isEnding && !isHTTP2
            schedule(
                isNew
                    ? .milliseconds(Limits.firstRequestMilliseconds)
                    : service.limits.idleTime.amount
            ) { $0.closeIdle() }
        case .answering:
            // The exchanges have clocks of their own.
            timer?.cancel()
            timer = nil
        }
    }

    private func closeIdle() {
        guard isHTTP2 else {
            close()
            return
        }
        fireQuiesce()
        schedule(.milliseconds(Limits.farewellMilliseconds)) { $0.close() }
    }

    private func schedule(
        _ time: TimeAmount,
        _ action: @escaping @Sendable (ConnectionHandler) -> Void
    ) {
        timer?.cancel()
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) { action(bound.value) }
    }

    private func readClient(_ context: ChannelHandlerContext) {
        guard let remote = context.remoteAddress, let text = remote.ipAddress,
            let port = remote.port,
            let address = IPAddress(String(text.prefix { $0 != "%" }))
        else { return }
        clientPort = UInt16(truncatingIfNeeded: port)
        // A socket for both families sees IPv4 clients in the block ::ffff:0:0/96.
        let isMapped = !address.isIPv4 && address.high == 0 && address.low >> 32 == 0xFFFF
        client =
            isMapped ? IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low)) : address
    }
}

/// More octets came than any request within the limits has.
struct RequestOverflow: Error {}
