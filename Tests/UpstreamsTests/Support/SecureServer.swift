import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import SecureTransport

/// A response over HTTPS.
struct Response: Sendable {
    var status = "200"
    var type: String? = "application/dns-message"
    var body: [UInt8] = []
    /// Whether the stream is reset instead.
    var isReset = false
    /// Whether nothing is sent.
    var isSilent = false
}

/// A request over HTTPS.
struct Request: Sendable {
    var method = ""
    var path = ""
    var authority = ""
    var body: [UInt8] = []
}

/// A server on 127.0.0.1 inside of TLS, on a thread of its own.
final class SecureServer: Sendable {
    let port: UInt16
    private let listener: any Channel
    private let group: MultiThreadedEventLoopGroup

    private init(
        _ tls: ServerTLS,
        _ configure: @escaping @Sendable (any Channel) throws -> Void
    ) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        listener = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(tls.makeHandler())
                    try configure(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        port = UInt16(listener.localAddress!.port!)
    }

    deinit {
        group.shutdownGracefully { _ in }
    }

    private static func tls(
        _ folder: CertificateFolder,
        _ name: String,
        _ protocols: [String]
    ) throws -> ServerTLS {
        let certificate = folder.file("\(name).crt")
        let settings = ServerTLSSettings(certificate: certificate, key: folder.file("\(name).key"))
        return try ServerTLS(settings, protocols: protocols)
    }

    /// A server of DNS over TLS.
    static func tls(
        _ folder: CertificateFolder,
        certificate: String = "server",
        _ script: @escaping @Sendable ([UInt8]) -> [Move]
    ) throws -> SecureServer {
        try SecureServer(tls(folder, certificate, ["dot"])) { channel in
            try channel.pipeline.syncOperations.addHandler(FrameHandler(script))
        }
    }

    /// A server of DNS over HTTPS.
    static func https(
        _ folder: CertificateFolder,
        certificate: String = "server",
        protocols: [String] = ["h2"],
        _ script: @escaping @Sendable (Request) -> Response
    ) throws -> SecureServer {
        try SecureServer(tls(folder, certificate, protocols)) { channel in
            _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
                mode: .server,
                connectionConfiguration: .init(),
                streamConfiguration: .init()
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    try stream.pipeline.syncOperations.addHandler(RequestHandler(script))
                }
            }
        }
    }
}

/// Answers messages behind their lengths.
private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: @Sendable ([UInt8]) -> [Move]
    private var input = ByteBuffer()

    init(_ script: @escaping @Sendable ([UInt8]) -> [Move]) {
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        input.writeBuffer(&buffer)
        while let query = input.readLengthPrefixedSlice(as: UInt16.self) {
            for move in script(Array(query.readableBytesView)) {
                switch move {
                case .reply(let octets):
                    var output = ByteBuffer(integer: UInt16(octets.count))
                    output.writeBytes(octets)
                    context.writeAndFlush(wrapOutboundOut(output), promise: nil)
                case .raw(let octets):
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
                case .close, .reset: context.close(promise: nil)
                case .silence: break
                }
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Answers requests.
private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let script: @Sendable (Request) -> Response
    private var request = Request()

    init(_ script: @escaping @Sendable (Request) -> Response) {
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let head):
            request.method = head.headers.first(name: ":method") ?? ""
            request.path = head.headers.first(name: ":path") ?? ""
            request.authority = head.headers.first(name: ":authority") ?? ""
            if head.endStream { respond(context) }
        case .data(let data):
            guard case .byteBuffer(let buffer) = data.data else { return }
            request.body += Array(buffer.readableBytesView)
            if data.endStream { respond(context) }
        default: break
        }
    }

    private func respond(_ context: ChannelHandlerContext) {
        let response = script(request)
        if response.isSilent { return }
        if response.isReset {
            context.writeAndFlush(wrapOutboundOut(.rstStream(.internalError)), promise: nil)
            return
        }
        var headers = HPACKHeaders([(":status", response.status)])
        if let type = response.type { headers.add(name: "content-type", value: type) }
        context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
        let body = HTTP2Frame.FramePayload.Data(
            data: .byteBuffer(ByteBuffer(bytes: response.body)),
            endStream: true
        )
        context.writeAndFlush(wrapOutboundOut(.data(body)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
