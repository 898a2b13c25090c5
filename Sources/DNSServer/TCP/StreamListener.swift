internal import Addresses
internal import ClusterView
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Plugins
internal import SecureTransport

/// Listens for TCP connections on one address.
final class StreamListener: Sendable {
    /// The socket that connections queue up at.
    let socket: StreamSocket
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let worker: NIOLoopBound<StreamWorker>
    private let watch: RepeatedTask?

    /// Takes the connections of a socket, with one event loop; within TLS if `tls` is given.
    ///
    /// `onCertificates` is called when certificates were read anew, or could not be.
    ///
    /// - Throws: ``ServerError`` that names the address and the reason.
    init(
        _ socket: StreamSocket,
        source: ListenerSource,
        connections: ConnectionCounter,
        limits: StreamLimits,
        tls: ServerTLS? = nil,
        onCertificates: (@Sendable (ServerTLS.Reload) -> Void)? = nil
    ) throws(ServerError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let bound: any Channel
        let worker: NIOLoopBound<StreamWorker>
        do {
            worker = try loop.submit {
                NIOLoopBound(StreamWorker(source), eventLoop: loop)
            }.wait()
            let server = ServerBootstrap(group: group)
                .childChannelOption(.autoRead, value: false)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.writeBufferWaterMark, value: StreamListener.waterMark)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(tls.makeHandler())
                        }
                        try channel.pipeline.syncOperations.addHandler(
                            StreamHandler(
                                worker.value,
                                connections,
                                limits,
                                over: tls == nil ? .tcp : .tls
                            )
                        )
                    }
                }
            bound = try server.withBoundSocket(try socket.duplicate()).wait()
            // NIO listens again, for a queue of 128, whatever its option says.
            guard listen(socket.descriptor, Limits.backlog) == 0 else {
                throw ServerError.system("listen", socket.address, errno)
            }
        } catch {
            group.shutdownGracefully { _ in }
            throw StreamListener.explain(error, socket.address)
        }
        self.group = group
        self.worker = worker
        channel = bound
        watch = tls?.watch(
            on: loop,
            every: .seconds(Limits.certificateSeconds),
            report: onCertificates
        )
        self.socket = socket
    }

    /// Replies that wait for a slow reader: above the upper mark nothing more is read from it.
    private static var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: 16 * 1024, high: Limits.connectionOutputOctetsMax)
    }

    private static func explain(_ error: any Error, _ address: ListenAddress) -> ServerError {
        if let error = error as? ServerError { return error }
        if let error = error as? IOError { return .listen("tcp", address, error.errnoCode) }
        return ServerError("cannot listen on tcp://\(address): \(error)")
    }

    /// Looks at the newest configuration, so that the one before can go.
    func refresh() {
        group.next().execute { [worker] in worker.value.refresh() }
    }

    /// Takes no more connections; open ones go on.
    func stopAccepting() {
        // Closing fails only where it is closed already.
        try? channel.close().wait()
    }

    /// Answers what has come in, closes the connections, and ends the event loop.
    func stop() {
        watch?.cancel()
        let loop = group.next()
        try? loop.flatSubmit { [worker] in
            // Closing one takes it out of the table that is walked.
            let handlers = Array(worker.value.handlers.values)
            return .andAllComplete(handlers.compactMap { $0.drain() }, on: loop)
        }.wait()
        try? group.syncShutdownGracefully()
    }
}
