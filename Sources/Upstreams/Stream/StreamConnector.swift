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
    private let request: HTTPSRequest

    /// Reads the certificates, where there are some.
    init(_ endpoint: UpstreamEndpoint, _ settings: UpstreamSettings) throws(UpstreamFailure) {
        self.endpoint = endpoint
        source = settings.sourceAddress
        timeout = settings.readTimeout
        request = HTTPSRequest(endpoint, settings)
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
    func open(_ upstream: Upstream) -> StreamCarrier {
        let now = upstream.table.now
        let mailbox = upstream.table.loop.mailbox
        guard endpoint.scheme == .https else {
            let stream = StreamConnection(upstream, now: now)
            let isSecure = tls != nil
            let link = StreamLink(stream, mailbox)
            connect(link) { channel in
                try channel.pipeline.syncOperations.addHandler(
                    StreamHandler(link, isSecure: isSecure)
                )
            }
            return stream
        }
        let stream = HTTPSConnection(upstream, now: now, request)
        let link = StreamLink(stream, mailbox)
        stream.link = link
        connect(link) { channel in
            try HTTPSConnection.configure(channel, link)
        }
        return stream
    }

    private func connect(
        _ link: StreamLink,
        _ finish: @escaping @Sendable (any Channel) throws -> Void
    ) {
        let tls = tls
        let wait = TimeAmount.nanoseconds(Int64(clamping: timeout.nanoseconds))
        var bootstrap = ClientBootstrap(group: Self.threads)
            .connectTimeout(wait)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls.makeHandler()) }
                    try finish(channel)
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
