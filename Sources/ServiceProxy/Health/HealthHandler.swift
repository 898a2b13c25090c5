internal import Addresses
internal import NIOCore
internal import NIOHTTP1

/// Answers one health check, whatever its method and path, and closes the connection.
final class HealthHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let port: Int
    private let board: HealthBoard
    /// The blocks in which the address that is asked must be; empty for any.
    private let blocks: [CIDRBlock]
    private var hasBody = true
    private var isAnswered = false

    init(_ port: Int, _ board: HealthBoard, _ blocks: [CIDRBlock]) {
        self.port = port
        self.board = board
        self.blocks = blocks
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard isTaken(channel.localAddress) else { return context.close(promise: nil) }
        // However slowly a request comes, or its reply is taken.
        let timer = context.eventLoop.scheduleTask(in: .seconds(ProxyLimits.healthSeconds)) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): hasBody = head.method != .HEAD
        case .body: break
        case .end: answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Whether health checks may come in at an address, as traffic to node ports may.
    private func isTaken(_ address: SocketAddress?) -> Bool {
        guard !blocks.isEmpty else { return true }
        let mapped = "::ffff:"
        let text = address?.ipAddress ?? ""
        let isMapped = text.hasPrefix(mapped) && text.contains(".")
        guard let place = IPAddress(isMapped ? String(text.dropFirst(mapped.count)) : text) else {
            return false
        }
        return blocks.contains { $0.contains(place) }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard !isAnswered else { return }
        isAnswered = true
        guard let (check, isHealthy) = board.reply(port) else { return context.close(promise: nil) }
        let body = check.body(isHealthy: isHealthy)
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: check.status(isHealthy: isHealthy)),
            headers: [
                "content-type": "application/json",
                "x-content-type-options": "nosniff",
                "x-load-balancing-endpoint-weight": "\(check.localCount)",
                "content-length": "\(body.utf8.count)",
                "connection": "close",
            ]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if hasBody {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))),
                promise: nil
            )
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
