internal import NIOCore
internal import NIOPosix

/// Finds a backend for a connection, one after the other.
struct Dialer {
    /// What is to be done with a connection to no backend.
    typealias Failing = (String) -> Void

    let loop: any EventLoop
    let client: RelayHandler
    let port: ForwardedPort
    let report: Failing

    /// Connects the client to the first backend that takes the connection.
    func dial(_ backends: ArraySlice<Backend>, after failures: [String] = []) {
        guard client.isOpen else { return }
        guard let backend = backends.first else {
            // Told first: whoever sees the end of the connection finds the reason.
            report(failures.joined(separator: "; "))
            client.reset()
            return
        }
        do {
            let place = try SocketAddress(
                ipAddress: "\(backend.address)",
                port: Int(backend.port)
            )
            connect(to: place).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let channel): join(channel)
                case .failure(let error):
                    let failure = "\(backend): \(IOFailure.text(error))"
                    dial(backends.dropFirst(), after: failures + [failure])
                }
            }
        } catch {
            dial(backends.dropFirst(), after: failures + ["\(backend): \(error)"])
        }
    }

    private func connect(to place: SocketAddress) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Limits.connectSeconds))
            .channelOption(.autoRead, value: false)
            .relayed()
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RelayHandler())
                }
            }
            .connect(to: place)
    }

    private func join(_ channel: any Channel) {
        do {
            let backend = try channel.pipeline.syncOperations.handler(type: RelayHandler.self)
            if client.isOpen { client.join(backend) } else { backend.reset() }
        } catch {
            // Closed before it could be used: as if it had not been there.
            report("\(error)")
            client.reset()
        }
    }
}

extension ClientBootstrap {
    /// Sets the options that both sides of a relay have.
    func relayed() -> ClientBootstrap {
        channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.writeBufferWaterMark, value: .relay)
    }
}

extension ServerBootstrap {
    /// Sets the options that both sides of a relay have.
    func relayed() -> ServerBootstrap {
        childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .relay)
    }
}

extension ChannelOptions.Types.WriteBufferWaterMark {
    fileprivate static var relay: Self {
        Self(low: Limits.waitingOctetsMin, high: Limits.waitingOctetsMax)
    }
}
