internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// What came of a request.
enum HTTPSResult: Sendable {
    /// A message, at least a header.
    case message(ByteBuffer)
    /// No message, and why.
    case failure(String)
}

/// One request and its response, on a stream of its own.
final class HTTPSExchange: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let headers: HPACKHeaders
    private let body: ByteBuffer?
    private let timeout: TimeAmount
    private var finish: ((HTTPSResult) -> Void)?
    private var received = ByteBuffer()
    private var hasHeaders = false
    private var timer: Scheduled<Void>?

    /// Prepares a request; `finish` is called once.
    init(
        _ headers: HPACKHeaders,
        _ body: ByteBuffer?,
        timeout: TimeAmount,
        finish: @escaping (HTTPSResult) -> Void
    ) {
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.finish = finish
    }

    func channelActive(context: ChannelHandlerContext) {
        // Nobody waits longer: without this, a silent server's streams would pile up.
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.end(.failure("i/o timeout"), context)
        }
        let head = HTTP2Frame.FramePayload.Headers(headers: headers, endStream: body == nil)
        context.write(wrapOutboundOut(.headers(head)), promise: nil)
        if let body {
            let data = HTTP2Frame.FramePayload.Data(data: .byteBuffer(body), endStream: true)
            context.write(wrapOutboundOut(.data(data)), promise: nil)
        }
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let head):
            if let trouble = trouble(head.headers) { return end(.failure(trouble), context) }
            if head.endStream { complete(context) }
        case .data(let data):
            guard case .byteBuffer(var buffer) = data.data else { return }
            guard received.readableBytes + buffer.readableBytes <= Limits.bodyOctetsMax else {
                let text = "body of more than \(Limits.bodyOctetsMax) octets"
                return end(.failure(text), context)
            }
            received.writeBuffer(&buffer)
            if data.endStream { complete(context) }
        case .rstStream(let code):
            end(.failure("stream was reset: \(code)"), context)
        default:
            break
        }
    }

    /// What is wrong with a header; nil if nothing is.
    private func trouble(_ headers: HPACKHeaders) -> String? {
        // Trailers, or what comes before the response proper (RFC 9110 §15.2).
        let status = headers.first(name: ":status") ?? ""
        if hasHeaders || status.hasPrefix("1") { return nil }
        hasHeaders = true
        guard status == "200" else { return "status \(Self.excerpt(status))" }
        let type = headers.first(name: "content-type") ?? "none"
        let media = type.split(separator: ";").first?.lowercased() ?? ""
        guard media == "application/dns-message" else {
            return "content type \(Self.excerpt(type)) instead of application/dns-message"
        }
        return nil
    }

    /// The printable start of what a server sent.
    private static func excerpt(_ text: String) -> String {
        let octets = text.utf8.prefix(64).map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }
        return String(decoding: octets, as: UTF8.self)
    }

    private func complete(_ context: ChannelHandlerContext) {
        guard received.readableBytes >= RequestShape.headerOctets else {
            let text = "body of \(received.readableBytes) octets, which is no DNS message"
            return end(.failure(text), context)
        }
        end(.message(received), context)
    }

    private func end(_ result: HTTPSResult, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        guard let finish else { return }
        self.finish = nil
        finish(result)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure("\(error)"), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure("stream ended without a response"), context)
    }
}
