public import Addresses
internal import Glibc
internal import NIOCore
internal import NIOPosix
public import SecureTransport
internal import Synchronization

/// An HTTP server on one address.
///
/// It is started once and stopped once, from any threads but those of event loops: both block.
public final class HTTPService: Sendable {
    /// Where a service listens.
    public struct Place: Sendable, Hashable, CustomStringConvertible {
        /// The address.
        public var address: IPAddress
        /// The port; the one the kernel chose, if it was to choose.
        public var port: UInt16

        /// Creates a place.
        public init(_ address: IPAddress, _ port: UInt16) {
            self.address = address
            self.port = port
        }

        /// The address and the port, IPv6 in brackets.
        public var description: String { HTTPServiceError.text(address, port) }
    }

    /// The handlers, which may change while requests go on.
    public let router: HTTPRouter

    private struct Running: Sendable {
        let socket: ListeningSocket
        let place: Place
        let acceptor: Acceptor
        let group: MultiThreadedEventLoopGroup
        let table: ConnectionTable
        let watch: RepeatedTask?
    }

    private enum State {
        case made(ListeningSocket?)
        case starting
        case running(Running)
        case ended
    }

    private let place: Place
    private let sharesPort: Bool
    private let tls: ServerTLS?
    private let limits: HTTPLimits
    private let threadCount: Int
    private let onReply: (@Sendable (Int) -> Void)?
    private let onCertificates: (@Sendable (ServerTLS.Reload) -> Void)?
    private let state: Mutex<State>

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - address: The address; all zeros for every address of the family, `::` for IPv4 too.
    ///   - port: The port; 0 lets the kernel choose.
    ///   - socket: A socket that listens there already, of a predecessor; nil opens one.
    ///   - sharesPort: Whether other sockets may listen on the port as well (`SO_REUSEPORT`).
    ///   - tls: The certificates; nil speaks HTTP/1.1 in the clear.
    ///   - limits: What clients may use.
    ///   - threadCount: Event loops that share the connections.
    ///   - router: The handlers.
    ///   - onReply: Called with the status of each reply, on an event loop: it must not wait.
    ///   - onCertificates: Called when certificates were read anew, or could not be.
    public init(
        address: IPAddress,
        port: UInt16,
        socket: ListeningSocket? = nil,
        sharesPort: Bool = false,
        tls: ServerTLS? = nil,
        limits: HTTPLimits = .endpoint,
        threadCount: Int = 1,
        router: HTTPRouter,
        onReply: (@Sendable (Int) -> Void)? = nil,
        onCertificates: (@Sendable (ServerTLS.Reload) -> Void)? = nil
    ) {
        precondition(threadCount > 0, "a service needs an event loop")
        place = Place(address, port)
        self.sharesPort = sharesPort
        self.tls = tls
        self.limits = limits
        self.threadCount = threadCount
        self.router = router
        self.onReply = onReply
        self.onCertificates = onCertificates
        state = Mutex(.made(socket))
    }

    /// The protocols that `tls` must offer for a service: HTTP/2 and HTTP/1.1.
    public static var protocols: [String] { ["h2", "http/1.1"] }

    deinit {
        // Stopped late rather than never; nobody waits.
        guard case .running(let running) = state.withLock({ $0 }) else { return }
        running.acceptor.stop()
        running.table.close()
        running.group.shutdownGracefully { _ in }
    }

    /// Listens, and takes connections from then on.
    ///
    /// - Returns: Where it listens.
    /// - Throws: ``HTTPServiceError`` that names the address and the reason.
    public func start() throws(HTTPServiceError) -> Place {
        let before = state.withLock { state in
            let before = state
            if case .made = state { state = .starting }
            return before
        }
        guard case .made(let inherited) = before else {
            throw HTTPServiceError(
                code: .alreadyStarted,
                address: place.address,
                port: place.port,
                message: "the service on \(place) was started or stopped before",
                mend: "make another one"
            )
        }
        let running: Running
        do throws(HTTPServiceError) {
            running = try listen(inherited)
        } catch {
            // What is in the way may be gone when it is started again.
            state.withLock { if case .starting = $0 { $0 = .made(inherited) } }
            throw error
        }
        let isWanted = state.withLock { state in
            guard case .starting = state else { return false }
            state = .running(running)
            return true
        }
        // Stopped by another thread, before there was anything to stop.
        if !isWanted { end(running, grace: .zero) }
        return running.place
    }

    /// Where it listens; nil if it doesn't run.
    public var listening: Place? {
        if case .running(let running) = state.withLock({ $0 }) { running.place } else { nil }
    }

    /// The socket that it listens on, for a successor; nil if it doesn't run.
    public var socket: ListeningSocket? {
        if case .running(let running) = state.withLock({ $0 }) { running.socket } else { nil }
    }

    /// Connections that are open.
    public var connectionCount: Int {
        if case .running(let running) = state.withLock({ $0 }) { running.table.count } else { 0 }
    }

    /// Takes no more connections, answers what has been asked, and closes.
    ///
    /// - Parameter grace: How long replies may take; then connections are closed as they are.
    public func stop(grace: Duration = .seconds(5)) {
        let running = state.withLock { state -> Running? in
            defer { state = .ended }
            if case .running(let running) = state { return running }
            return nil
        }
        if let running { end(running, grace: grace) }
    }

    private func end(_ running: Running, grace: Duration) {
        running.watch?.cancel()
        running.acceptor.stop()
        let loop = running.group.next()
        let drained = loop.makePromise(of: Void.self)
        let limit = loop.scheduleTask(in: grace.amount) { running.table.close() }
        // By way of the event loops, behind the connections that they have just accepted.
        for loop in running.group.makeIterator() { try? loop.submit {}.wait() }
        running.table.drain(drained)
        try? drained.futureResult.wait()
        limit.cancel()
        running.table.close()
        try? running.group.syncShutdownGracefully()
    }

    private func listen(_ inherited: ListeningSocket?) throws(HTTPServiceError) -> Running {
        let socket: ListeningSocket
        if let inherited {
            socket = inherited
        } else {
            socket = try ListeningSocket(place.address, port: place.port, sharesPort: sharesPort)
        }
        let table = ConnectionTable(countMax: limits.connectionCountMax)
        let service = ServiceContext(
            router: router,
            limits: limits,
            table: table,
            onReply: onReply
        )
        let setup = ConnectionSetup(service: service, tls: tls)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threadCount)
        do throws(HTTPServiceError) {
            let acceptor = try Acceptor(socket) { connection, isAtWork in
                ClientBootstrap(group: group)
                    .channelOption(.socketOption(.tcp_nodelay), value: 1)
                    .channelOption(.allowRemoteHalfClosure, value: true)
                    .channelInitializer(setup.configure)
                    .withConnectedSocket(connection)
                    .whenComplete { _ in isAtWork() }
            }
            return Running(
                socket: socket,
                place: socket.place,
                acceptor: acceptor,
                group: group,
                table: table,
                watch: tls?.watch(
                    on: group.next(),
                    every: .seconds(Limits.certificateSeconds),
                    report: onCertificates
                )
            )
        } catch {
            group.shutdownGracefully { _ in }
            throw error
        }
    }
}
