internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOTLS
internal import SecureTransport

/// Makes the pipelines of connections.
struct ConnectionSetup: Sendable {
    let service: ServiceContext
    let tls: ServerTLS?

    /// Makes a new connection ready.
    func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let connection = ConnectionHandler(service, hasTLS: tls != nil)
            guard let tls else {
                try pipeline.addHandler(connection)
                try speakHTTP1(pipeline, connection)
                return
            }
            try pipeline.addHandlers(tls.makeHandler(), connection)
            let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
            let negotiation = ApplicationProtocolNegotiationHandler { protocols, channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if case .negotiated("h2") = protocols {
                        try speakHTTP2(pipeline, bound.value, channel.eventLoop)
                    } else {
                        try speakHTTP1(pipeline, bound.value)
                    }
                }
            }
            try pipeline.addHandler(negotiation)
        }
    }

    private func speakHTTP1(
        _ pipeline: ChannelPipeline.SynchronousOperations,
        _ connection: ConnectionHandler
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = service.limits.headOctetsMax
        limits.maxHeaderListSize = service.limits.headOctetsMax
        limits.maxHeaderFieldCount = Limits.fieldCountMax
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withErrorHandling: false,
            withOutboundHeaderValidation: true,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits
        )
        try pipeline.addHandler(ExchangeHandler(service, connection, isStream: false))
    }

    private func speakHTTP2(
        _ pipeline: ChannelPipeline.SynchronousOperations,
        _ connection: ConnectionHandler,
        _ loop: any EventLoop
    ) throws {
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Limits.streamCountMax),
            HTTP2Setting(parameter: .maxHeaderListSize, value: service.limits.headOctetsMax),
        ]
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: loop,
            configuration: .init(
                maxIdleTime: nil,
                maxAge: nil,
                maxGraceTime: nil,
                keepalive: nil
            )
        )
        let bound = NIOLoopBound(connection, eventLoop: loop)
        let service = service
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: settings,
            streamConfiguration: .init(),
            streamDelegate: StreamWatch(
                management: management.http2StreamDelegate,
                connection: bound
            )
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers(
                    HTTP2FramePayloadToHTTP1ServerCodec(),
                    ExchangeHandler(service, bound.value, isStream: true)
                )
            }
        }
        try pipeline.addHandlers(management, HTTP2ErrorHandler())
        connection.beginHTTP2()
    }
}

/// Tells of the streams of an HTTP/2 connection, on its event loop.
private struct StreamWatch: NIOHTTP2StreamDelegate {
    let management: NIOHTTP2ServerConnectionManagementHandler.HTTP2StreamDelegate
    let connection: NIOLoopBound<ConnectionHandler>

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        management.streamCreated(id, channel: channel)
        connection.value.exchangeBegan()
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        management.streamClosed(id, channel: channel)
        connection.value.exchangeEnded()
    }
}

/// Closes an HTTP/2 connection that is broken; a stream that is broken is its own affair.
private final class HTTP2ErrorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }
}
