internal import NIOCore
internal import NIOHTTP1

/// Reads requests and writes replies: those of an HTTP/1.1 connection one by one, or the one of an
/// HTTP/2 stream.
final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// No request has begun.
        case waiting
        /// A request is coming in.
        case reading(HTTPRequestHead, body: [UInt8])
        /// The handler has it.
        case answering(HTTPRequestHead)
        /// A reply was sent before the request was complete; the rest of it is thrown away.
        case refused
        /// Nothing more is read or written.
        case ended
    }

    private let service: ServiceContext
    private let connection: ConnectionHandler
    private let isStream: Bool
    private var state = State.waiting
    private var task: Task<Void, Never>?
    private var timer: Scheduled<Void>?
    /// Which request it is, so that the reply to one given up isn't sent for the next.
    private var number = 0
    /// Replies that are not out yet.
    private var sendingCount = 0
    private var bodyOctets = 0
    private var isCounted = false
    /// Whether the connection closes when the replies are out.
    private var closesNext = false
    private var isWholeRequestIn = false

    /// Makes the handler of a connection, or of a stream of it.
    init(_ service: ServiceContext, _ connection: ConnectionHandler, isStream: Bool) {
        self.service = service
        self.connection = connection
        self.isStream = isStream
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting):
            begin(head, context)
        case (.body(let part), .reading(let head, var body)):
            // Let go of the array here, so that it isn't copied to grow.
            state = .reading(head, body: [])
            guard body.count + part.readableBytes <= service.limits.bodyOctetsMax else {
                refuse(.payloadTooLarge, context)
                return
            }
            guard connection.reserve(body: part.readableBytes) else {
                refuse(.serviceUnavailable, context)
                return
            }
            bodyOctets += part.readableBytes
            body += part.readableBytesView
            state = .reading(head, body: body)
        case (.end, .reading(let head, let body)):
            connection.requestComplete()
            answer(head, body, context)
        case (.end, .refused):
            isWholeRequestIn = true
            closeIfDone(context)
        default:
            // What follows a refused request, on a connection that is closing.
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isStream, case .ended = state else {
            refuse(error, context)
            return
        }
    }

    /// Says what is wrong with a request, if it is the request that is wrong, and closes.
    private func refuse(_ error: any Error, _ context: ChannelHandlerContext) {
        let isIdle = sendingCount == 0 && !isStream
        switch (error, state) {
        case (HTTPParserError.headerOverflow, .waiting) where isIdle,
            (is RequestOverflow, .waiting) where isIdle:
            refuse(.requestHeaderFieldsTooLarge, context)
        case (is RequestOverflow, .reading) where isIdle:
            refuse(.payloadTooLarge, context)
        case (is HTTPParserError, .waiting) where isIdle,
            (is HTTPParserError, .reading) where isIdle:
            refuse(.badRequest, context)
        case (is HTTPParserError, .waiting) where !isStream:
            // What follows requests that are answered; their replies go out first.
            state = .ended
            closesNext = true
        case (is HTTPParserError, .refused), (is RequestOverflow, .refused):
            // Told already; the rest is thrown away, whatever it is.
            break
        default:
            // The connection or the stream is broken: nobody is left to tell.
            end()
            context.close(promise: nil)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        number += 1
        isWholeRequestIn = false
        state = .reading(head, body: [])
        if !isCounted {
            isCounted = true
            if !isStream { connection.exchangeBegan() }
        }
        if isStream { schedule(service.limits.readTime, context) { $0.giveUp($1) } }
        if let status = fault(of: head) {
            refuse(status, context)
        } else if !isStream, head.version.minor > 0,
            head.headers.first(name: "expect")?.lowercased() == "100-continue"
        {
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }
    }

    /// What is wrong with a request whose body hasn't come yet; nil if nothing is.
    private func fault(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        if !isStream, head.version.minor > 0, head.headers["host"].count != 1 { return .badRequest }
        let length = head.headers.first(name: "content-length").map { Int($0) ?? .max } ?? 0
        return length > service.limits.bodyOctetsMax ? .payloadTooLarge : nil
    }

    /// Gives a complete request to its handler.
    private func answer(
        _ head: HTTPRequestHead,
        _ body: [UInt8],
        _ context: ChannelHandlerContext
    ) {
        state = .answering(head)
        isWholeRequestIn = true
        let (path, query) = HTTPRequest.split(target: head.uri)
        guard let handler = service.router[path] else {
            send(.text("404 page not found\n", status: 404), to: head, context)
            return
        }
        let request = HTTPRequest(
            method: head.method.rawValue,
            path: path,
            query: query,
            fields: head.headers.map { HTTPField($0.name, $0.value) },
            body: body,
            client: connection.client,
            clientPort: connection.clientPort,
            isHTTP2: isStream
        )
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (loop, table, number) = (context.eventLoop, service.table, number)
        schedule(service.limits.replyTime, context) { $0.giveUp($1) }
        task = Task(executorPreference: LoopExecutor(loop)) {
            let reply = await handler(request)
            table.execute(on: loop) {
                let (exchange, context) = bound.value
                exchange.finish(number, reply, context)
            }
        }
    }

    /// Sends the reply of a handler, unless it comes too late.
    private func finish(_ number: Int, _ reply: HTTPReply, _ context: ChannelHandlerContext) {
        guard self.number == number, case .answering(let head) = state else { return }
        task = nil
        send(reply, to: head, context)
    }

    /// Tells a client that its request, or the answer, takes too long.
    private func giveUp(_ context: ChannelHandlerContext) {
        switch state {
        case .reading:
            refuse(.requestTimeout, context)
        case .answering(let head):
            task?.cancel()
            task = nil
            send(.text("no answer in time\n", status: 503), to: head, context)
        case .waiting, .refused, .ended:
            end()
            context.close(promise: nil)
        }
    }

    /// Replies before the request is complete, and reads no more requests.
    private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        let head: HTTPRequestHead? = if case .reading(let head, _) = state { head } else { nil }
        if !isCounted {
            isCounted = true
            if !isStream { connection.exchangeBegan() }
        }
        state = .refused
        closesNext = true
        write(.text("\(status.reasonPhrase)\n", status: Int(status.code)), to: head, context)
    }

    private func send(
        _ reply: HTTPReply,
        to head: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        closesNext = closesNext || connection.isEnding || !(isStream || head.isKeepAlive)
        // The next request may come in before the reply is out, even while it is written.
        state = closesNext && !isStream ? .ended : .waiting
        write(reply, to: head, context)
    }

    private func write(
        _ reply: HTTPReply,
        to request: HTTPRequestHead?,
        _ context: ChannelHandlerContext
    ) {
        isCounted = false
        connection.release(body: bodyOctets)
        bodyOctets = 0
        service.onReply?(reply.status)
        let octets = reply.body.count
        guard connection.reserve(reply: octets) else {
            // The client asks and asks, and doesn't take what it gets.
            connection.close()
            return
        }
        sendingCount += 1
        schedule(service.limits.writeTime, context) { exchange, context in
            exchange.end()
            context.close(promise: nil)
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            let (exchange, context) = bound.value
            exchange.sent(octets, context)
        }
        let isBodyless = request?.method == .HEAD || reply.status == 204 || reply.status == 304
        context.write(wrapOutboundOut(.head(head(of: reply, request))), promise: nil)
        if octets > 0, !isBodyless {
            let body = context.channel.allocator.buffer(bytes: reply.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    private func head(of reply: HTTPReply, _ request: HTTPRequestHead?) -> HTTPResponseHead {
        var fields = HTTPHeaders()
        for field in reply.fields { fields.add(name: field.name, value: field.value) }
        if reply.status != 204, reply.status != 304 {
            fields.replaceOrAdd(name: "content-length", value: String(reply.body.count))
        }
        fields.replaceOrAdd(name: "date", value: HTTPDate.now)
        if !isStream {
            let keeps = !closesNext
            if !keeps {
                fields.replaceOrAdd(name: "connection", value: "close")
            } else if request?.version.minor == 0 {
                fields.replaceOrAdd(name: "connection", value: "keep-alive")
            }
        }
        return HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: reply.status),
            headers: fields
        )
    }

    /// Notes that a reply is out, or will never be.
    private func sent(_ octets: Int, _ context: ChannelHandlerContext) {
        sendingCount -= 1
        connection.release(reply: octets)
        if !isStream { connection.exchangeEnded() }
        guard sendingCount == 0 else { return }
        if case .waiting = state {
            timer?.cancel()
            timer = nil
        }
        closeIfDone(context)
    }

    /// Closes behind the last reply: soon, if the client still sends and might not see it.
    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard closesNext, sendingCount == 0 else { return }
        if case .refused = state, !isWholeRequestIn {
            schedule(.milliseconds(Limits.lingerMilliseconds), context) { exchange, context in
                exchange.end()
                context.close(promise: nil)
            }
            return
        }
        end()
        if !isStream { context.close(promise: nil) }
    }

    /// Stops everything that belongs to the exchange.
    private func end() {
        state = .ended
        task?.cancel()
        task = nil
        timer?.cancel()
        timer = nil
        connection.release(body: bodyOctets)
        bodyOctets = 0
        if isCounted, !isStream { connection.exchangeEnded() }
        isCounted = false
    }

    private func schedule(
        _ time: Duration,
        _ context: ChannelHandlerContext,
        _ action: @escaping @Sendable (ExchangeHandler, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time.amount) {
            let (exchange, context) = bound.value
            action(exchange, context)
        }
    }
}
