internal import Addresses
internal import NIOCore
internal import NIOPosix
internal import SecureTransport

/// Opens streams to one upstream.
final class StreamConnector {
    /// The thread of all streams.
    ///
    /// It lives as long as the process, and sleeps while there are none.
    static let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let endpoint: UpstreamEndpoint
    private let source: IPAddress?
    private let timeout: Duration
    private let tls: ClientTLS?

    /// Reads the certificates, where there are some.
    init(_ endpoint: UpstreamEndpoint, _ settings: UpstreamSettings) throws(UpstreamFailure) {
        self.endpoint = endpoint
        source = settings.sourceAddress
        timeout = settings.readTimeout
        guard endpoint.scheme != .dns else {
            tls = nil
            return
        }
        do throws(TLSError) {
            tls = try ClientTLS(
                settings.tls,
                serverName: endpoint.serverName ?? settings.serverName,
                protocols: endpoint.scheme == .https ? ["h2"] : ["dot"]
            )
        } catch {
            throw UpstreamFailure(.tls, "\(endpoint): \(error)")
        }
    }

    /// Begins to open a stream; queries may be given to it at once.
    func open(_ upstream: Upstream) throws(UpstreamFailure) -> StreamCarrier {
        let stream = StreamConnection(upstream, now: upstream.table.now)
        let link = StreamLink(stream, upstream.table.loop.mailbox)
        connect(link) { channel, handler in
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        return stream
    }

    private func connect(
        _ link: StreamLink,
        _ finish: @escaping @Sendable (any Channel, StreamHandler) throws -> Void
    ) {
        let tls = tls
        let wait = TimeAmount.nanoseconds(Int64(clamping: timeout.nanoseconds))
        var bootstrap = ClientBootstrap(group: Self.threads)
            .connectTimeout(wait)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls.makeHandler()) }
                    try finish(channel, StreamHandler(link, isSecure: tls != nil))
                }
            }
        do {
            if let source {
                bootstrap = try bootstrap.bind(
                    to: NIOCore.SocketAddress(ipAddress: "\(source)", port: 0)
                )
            }
            let peer = try NIOCore.SocketAddress(
                ipAddress: "\(endpoint.address)",
                port: Int(endpoint.port)
            )
            bootstrap.connect(to: peer).whenFailure { link.ended(StreamEnd($0, isDial: true)) }
        } catch {
            link.ended(StreamEnd(error, isDial: true))
        }
    }
}
