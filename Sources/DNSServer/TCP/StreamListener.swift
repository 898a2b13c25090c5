internal import Addresses
internal import ClusterView
internal import NIOCore
internal import NIOPosix

/// Listens for TCP connections on one address.
final class StreamListener: Sendable {
    /// The address it is bound to, with the port that the kernel chose.
    let address: ListenAddress
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let worker: NIOLoopBound<StreamWorker>

    /// Listens on an address, with one event loop.
    ///
    /// Server blocks are chosen by `port`; nil means the bound one.
    ///
    /// - Throws: ``ServerError`` that names the address and the reason.
    init(
        _ address: ListenAddress,
        port: UInt16?,
        source: VersionPublisher<ServingConfiguration>,
        connections: ConnectionCounter,
        limits: StreamLimits
    ) throws(ServerError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let bound: any Channel
        let worker: NIOLoopBound<StreamWorker>
        do {
            worker = try loop.submit {
                NIOLoopBound(StreamWorker(source, port: port ?? address.port), eventLoop: loop)
            }.wait()
            let server = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                // Connections inherit it: what one can make the kernel hold.
                .serverChannelOption(
                    .socketOption(.so_rcvbuf),
                    value: .init(Limits.connectionInputOctets)
                )
                .childChannelOption(.autoRead, value: false)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.writeBufferWaterMark, value: StreamListener.waterMark)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            StreamHandler(worker.value, connections, limits)
                        )
                    }
                }
            bound = try StreamListener.bind(server, address)
        } catch {
            group.shutdownGracefully { _ in }
            throw StreamListener.explain(error, address)
        }
        self.group = group
        self.worker = worker
        channel = bound
        self.address = ListenAddress(
            address: address.address,
            port: UInt16(truncatingIfNeeded: bound.localAddress?.port ?? Int(address.port))
        )
    }

    /// Replies that wait for a slow reader: above the upper mark nothing more is read from it.
    private static var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: 16 * 1024, high: Limits.connectionOutputOctetsMax)
    }

    private static func bind(
        _ server: ServerBootstrap,
        _ address: ListenAddress
    ) throws -> any Channel {
        let target = try SocketAddress(
            ipAddress: "\(address.address)",
            port: Int(address.port)
        )
        guard !address.address.isIPv4 else { return try server.bind(to: target).wait() }
        return
            try server
            .serverChannelOption(
                ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only),
                value: 1
            )
            .bind(to: target).wait()
    }

    private static func explain(_ error: any Error, _ address: ListenAddress) -> ServerError {
        if let error = error as? IOError { return .listen("tcp", address, error.errnoCode) }
        return ServerError("cannot listen on tcp://\(address): \(error)")
    }

    /// Takes no more connections; open ones go on.
    func stopAccepting() {
        // Closing fails only where it is closed already.
        try? channel.close().wait()
    }

    /// Answers what has come in, closes the connections, and ends the event loop.
    func stop() {
        let loop = group.next()
        try? loop.flatSubmit { [worker] in
            // Closing one takes it out of the table that is walked.
            let handlers = Array(worker.value.handlers.values)
            return .andAllComplete(handlers.compactMap { $0.drain() }, on: loop)
        }.wait()
        try? group.syncShutdownGracefully()
    }
}
