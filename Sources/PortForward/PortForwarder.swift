internal import Addresses
internal import Glibc
internal import NIOCore
internal import NIOPosix
public import Registry
internal import Synchronization

/// Forwards local TCP ports to the pods behind a target, and follows it.
///
/// Each connection goes to a pod that is ready at that moment, one after the other; connections
/// that there are stay where they are. All connections share one event loop.
///
/// - Note: The target knows the registry and NIO; it prints nothing.
public final class PortForwarder: Sendable {
    /// Something to tell the user.
    public enum Event: Sendable, Equatable {
        /// A local port is listened on: `127.0.0.1:8080`, for a port of the pods.
        case listening(String, remote: UInt16)
        /// A local port can't be listened on, with the reasons.
        case unavailable(local: UInt16, reasons: [String])
        /// A connection came to a local port.
        case connection(local: UInt16)
        /// A connection came and could not be forwarded.
        case failed(local: UInt16, remote: UInt16, reason: String)
    }

    private let follower: TargetFollower
    private let target: ForwardTarget
    private let group: MultiThreadedEventLoopGroup
    private let state: NIOLoopBound<LoopState>
    private let listeners = Mutex<[any Channel]>([])
    private let turn = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    private let onEvent: @Sendable (Event) -> Void

    /// Reads the target.
    ///
    /// - Parameters:
    ///   - target: What connections are forwarded to.
    ///   - registry: Where it is; it must be closed after the forwarder is stopped.
    ///   - connectionCountMax: Connections at a time; others wait in the kernel's queue.
    ///   - onEvent: Told what happens, from any thread; it must not wait.
    /// - Throws: ``RegistryError`` if there is no such target.
    public init(
        _ target: ForwardTarget,
        in registry: Registry,
        connectionCountMax: Int = Limits.connectionCountMax,
        onEvent: @escaping @Sendable (Event) -> Void
    ) throws {
        self.target = target
        self.onEvent = onEvent
        follower = try TargetFollower(registry, target)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let countMax = min(connectionCountMax, PortForwarder.connectionsByDescriptors())
        state = try loop.submit {
            NIOLoopBound(LoopState(countMax: countMax), eventLoop: loop)
        }.wait()
    }

    /// Waits until there is a pod to forward to, and listens.
    ///
    /// - Parameters:
    ///   - requests: The ports.
    ///   - addresses: Where to listen.
    ///   - patience: How long there may be no pod.
    /// - Returns: Whether it listens: false if it was stopped before.
    /// - Throws: ``PortForwardError``, ``RegistryError``.
    public func start(
        _ requests: [PortRequest],
        on addresses: [LocalAddress],
        within patience: Duration = .seconds(60)
    ) throws -> Bool {
        guard (1...Limits.portCountMax).contains(requests.count) else {
            throw PortForwardError(
                .usage,
                "from 1 to \(Limits.portCountMax) ports can be forwarded, not \(requests.count)"
            )
        }
        guard let ports = try follower.ports(requests, within: patience) else { return false }
        var opened: [any Channel] = []
        for port in ports { opened += listen(port, addresses) }
        let count = opened.count
        listeners.withLock { [opened] in $0 = opened }
        guard count > 0 else {
            let texts = ports.map { "\($0.local):\($0.remote)" }.joined(separator: ", ")
            throw PortForwardError(
                .cannotListen,
                "unable to listen on any of the requested ports: \(texts)"
            )
        }
        return true
    }

    /// Follows the target until ``stop()`` is called.
    ///
    /// - Throws: ``PortForwardError`` once the target has gone, ``RegistryError``.
    public func run() throws {
        while try follower.next() {}
    }

    /// Ends ``run()`` and ``start(_:on:within:)``; any thread may call it.
    public func stop() {
        follower.cancel()
    }

    /// Closes all listeners and connections; call it after ``run()``.
    public func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        let opened = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for channel in opened { channel.close(promise: nil) }
        let state = state
        group.next().execute { state.value.close() }
        group.shutdownGracefully { _ in }
    }

    /// Connections that the descriptors of this process allow, at two each.
    private static func connectionsByDescriptors() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(bitPattern: RLIMIT_NOFILE.rawValue)
        // SAFETY: the call fills the structure that it is given.
        guard unsafe getrlimit(resource, &limit) == 0 else { return Limits.connectionCountMax }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            // SAFETY: as above; where it is refused, the old limit counts.
            if unsafe setrlimit(resource, &limit) != 0 {
                _ = unsafe getrlimit(resource, &limit)
            }
        }
        let count = Int(clamping: limit.rlim_cur)
        return max(1, (count - Limits.descriptorReserve) / 2)
    }

    /// Listens for one port on all addresses, and says where, or why not.
    private func listen(_ port: ForwardedPort, _ addresses: [LocalAddress]) -> [any Channel] {
        var port = port
        var opened: [any Channel] = []
        var failures: [(isOptional: Bool, reason: String)] = []
        for local in addresses {
            let place = Backend(local.address, port.local)
            do {
                let channel = try bind(place, port)
                let number = UInt16(clamping: channel.localAddress?.port ?? Int(port.local))
                // What the kernel chose for one address is the port on the others too.
                port.local = number
                opened.append(channel)
                onEvent(.listening("\(Backend(local.address, number))", remote: port.remote))
            } catch {
                failures.append((local.isOptional, "\(place): \(IOFailure.text(error))"))
            }
        }
        if opened.isEmpty || failures.contains(where: { !$0.isOptional }) {
            onEvent(.unavailable(local: port.local, reasons: failures.map(\.reason)))
        }
        return opened
    }

    private func bind(_ place: Backend, _ port: ForwardedPort) throws -> any Channel {
        let state = state
        return try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(state.value))
                }
            }
            .childChannelOption(.autoRead, value: false)
            .relayed()
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let client = RelayHandler()
                    try channel.pipeline.syncOperations.addHandler(client)
                    client.whenOpen = { [weak client] in
                        if let client { self?.relay(client, channel, port) }
                    }
                    state.value.enter(channel)
                }
            }
            .bind(to: SocketAddress(ipAddress: "\(place.address)", port: Int(place.port)))
            .wait()
    }

    private func relay(_ client: RelayHandler, _ channel: any Channel, _ port: ForwardedPort) {
        let local = UInt16(clamping: channel.localAddress?.port ?? Int(port.local))
        onEvent(.connection(local: local))
        let backends = follower.current.backends(port.route)
        let onEvent = onEvent
        let dialer = Dialer(loop: channel.eventLoop, client: client, port: port) { reason in
            onEvent(.failed(local: local, remote: port.remote, reason: reason))
        }
        guard !backends.isEmpty else {
            onEvent(
                .failed(local: local, remote: port.remote, reason: "no pod of \(target) is ready")
            )
            client.reset()
            return
        }
        let first = turn.wrappingAdd(1, ordering: .relaxed).oldValue % backends.count
        let order = backends[first...] + backends[..<first]
        dialer.dial(Array(order).prefix(Limits.attemptCountMax))
    }
}
