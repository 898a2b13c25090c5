import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import SecureTransport

/// One connection over the loopback interface, from a client's TLS to a server's.
enum Handshake {
    /// What came of it, as the client sees it.
    struct Outcome {
        /// What the server sent through the connection; empty if it got nowhere.
        var greeting = ""
        /// The protocol that was agreed on.
        var negotiated: String?
        /// The first name in the server's certificate.
        var serverCertificate: NIOSSLCertificate?
        /// Why it failed; nil if it didn't.
        var failure: (any Error)?
    }

    /// Connects, and waits for the server's greeting or the end.
    static func run(_ server: ServerTLS, _ client: ClientTLS) throws -> Outcome {
        try run(server) { try client.makeHandler() }
    }

    /// Connects with a handler of the client's.
    static func run(
        _ server: ServerTLS,
        client: @escaping @Sendable () throws -> NIOSSLClientHandler
    ) throws -> Outcome {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let listener = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        [server.makeHandler(), Greeter()]
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        let outcome = group.next().makePromise(of: Outcome.self)
        let connection = ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        [try client(), Observer(outcome)]
                    )
                }
            }
            .connect(to: listener.localAddress!)
        connection.whenFailure { outcome.fail($0) }
        return try outcome.futureResult.wait()
    }
}

/// Sends a greeting when the handshake is done, and closes.
private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted? = event as? TLSUserEvent else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "hello")))
            .whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// Notes what a connection comes to.
private final class Observer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<Handshake.Outcome>
    private var outcome = Handshake.Outcome()

    init(_ promise: EventLoopPromise<Handshake.Outcome>) {
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else { return }
        outcome.negotiated = negotiated
        let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        outcome.serverCertificate = handler?.peerCertificate
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        outcome.greeting += String(buffer: unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if outcome.failure == nil, outcome.greeting.isEmpty { outcome.failure = error }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(outcome)
    }
}
