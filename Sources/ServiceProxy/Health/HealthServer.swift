internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Listens on the ports that load balancers ask whether this node has endpoints of a service.
///
/// One event loop for all of them, which starts with the first. Used by one thread at a time.
final class HealthServer {
    private let settings: ProxySettings
    private let board = HealthBoard()
    private var group: MultiThreadedEventLoopGroup?
    private var known: [ServiceName: HealthCheck] = [:]
    private var checks: [Int: HealthCheck] = [:]
    private var listeners: [Int: any Channel] = [:]
    /// The ports that could not be opened, which was said.
    private var refused: Set<Int> = []

    init(_ settings: ProxySettings) {
        self.settings = settings
    }

    /// Sets whether the rules are those of the registry; if they aren't, all checks fail.
    func set(isHealthy: Bool) { board.set(isHealthy: isHealthy) }

    /// Answers these checks from now on, on their ports and no others; ports that could not be
    /// opened are tried again with each call.
    ///
    /// - Returns: Why ports can't be opened, as far as it was not said before.
    func answer(_ wanted: [ServiceName: HealthCheck]) -> [String] {
        if wanted != known { take(wanted) } else if refused.isEmpty { return [] }
        var problems: [String] = []
        for port in checks.keys.sorted() where listeners[port] == nil {
            guard let check = checks[port] else { continue }
            do {
                listeners[port] = try listen(port)
                refused.remove(port)
            } catch {
                guard refused.insert(port).inserted else { continue }
                let service = "\(check.service.namespace)/\(check.service.name)"
                problems.append(
                    "health checks of \(service) on port \(port) can't be answered:"
                        + " \(HealthServer.reason(error)); it is tried again"
                )
            }
        }
        return problems
    }

    private func take(_ wanted: [ServiceName: HealthCheck]) {
        known = wanted
        checks = [:]
        // The first in order of names has a port that several claim.
        for check in wanted.values.sorted(by: { $0.service > $1.service }) {
            checks[check.port] = check
        }
        board.set(checks)
        for (port, listener) in listeners where checks[port] == nil {
            listeners[port] = nil
            try? listener.close().wait()
        }
        refused.formIntersection(checks.keys)
    }

    /// Closes all ports.
    func stop() {
        try? group?.syncShutdownGracefully()
        group = nil
        listeners = [:]
    }

    private func listen(_ port: Int) throws -> any Channel {
        guard listeners.count < ProxyLimits.healthPortsMax else {
            throw ProxyError(
                .refused,
                "there are \(listeners.count) such ports already, which is the most"
            )
        }
        let group = group ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        let board = board
        let blocks = settings.nodePortAddresses
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: ProxyLimits.healthBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard board.enter() else { throw ChannelError.ioOnClosedChannel }
                    channel.closeFuture.whenComplete { _ in board.leave() }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(HealthHandler(port, board, blocks))
                }
            }
        guard settings.hasIPv6 else {
            return try bootstrap.bind(host: "0.0.0.0", port: port).wait()
        }
        // IPv4 comes in here as well, whatever the host's setting.
        let isOnlyIPv6 = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
        return try bootstrap.serverChannelOption(isOnlyIPv6, value: 0)
            .bind(host: "::", port: port).wait()
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        // SAFETY: the text is copied before another call on this thread can change it.
        let text = unsafe strerror(error.errnoCode).map { unsafe String(cString: $0) }
        return text ?? "error \(error.errnoCode)"
    }
}
