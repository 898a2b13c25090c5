internal import NIOCore
internal import NIOHTTP1

/// Sends one request when its connection is there, and gathers the reply.
final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: CARequest
    private let promise: EventLoopPromise<CAReply>
    private var reply: CAReply?

    init(_ request: CARequest, _ promise: EventLoopPromise<CAReply>) {
        self.request = request
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        var fields: HTTPHeaders = [
            "host": request.url.hostField,
            // RFC 8555 §6.1 wants to know who asks.
            "user-agent": "martlet",
            "connection": "close",
        ]
        if !request.accepts.isEmpty { fields.add(name: "accept", value: request.accepts) }
        if request.method == .POST {
            fields.add(name: "content-type", value: "application/jose+json")
            fields.add(name: "content-length", value: "\(request.body.count)")
        }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: request.method,
            uri: request.url.path,
            headers: fields
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !request.body.isEmpty {
            let body = context.channel.allocator.buffer(bytes: request.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            reply = CAReply(status: Int(head.status.code), fields: head.headers, body: [])
        case .body(let body):
            reply?.body += Array(body.readableBytesView)
            guard let count = reply?.body.count, count > Limits.bodyOctetsMax else { return }
            let limit = Limits.bodyOctetsMax
            fail(
                context,
                ACMEError.malformed(request.url, "the reply has more than \(limit) octets")
            )
        case .end:
            if let reply { promise.succeed(reply) }
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(context, error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        // Without effect after a whole reply.
        promise.fail(
            ACMEError(.unreachable, "\(request.url): the connection closed before the reply's end")
        )
    }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        promise.fail(error)
        reply = nil
        context.close(promise: nil)
    }
}
