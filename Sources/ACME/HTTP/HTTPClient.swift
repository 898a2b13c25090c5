public import Addresses
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import SecureTransport
internal import Synchronization

/// Asks a CA over HTTP/1.1, one connection for each request.
///
/// Its one thread lives from when it is made to ``end()``: between orders there is none.
final class HTTPClient: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let trust: ClientTLSSettings
    private let lookup: ACMELookup?
    private let sides = Mutex<[String: ClientTLS]>([:])

    /// Creates a client that trusts the system's authorities, and those in a file.
    init(authorities: String?, lookup: ACMELookup?) {
        trust = ClientTLSSettings(authorities: authorities, addsToSystem: true)
        self.lookup = lookup
    }

    /// Ends the client's thread.
    func end() async {
        // It fails only if it was ended before.
        try? await group.shutdownGracefully()
    }

    /// Asks, and waits for the whole reply.
    ///
    /// - Throws: ``ACMEError`` if there is none, or one that is too large.
    func send(_ request: CARequest) async throws(ACMEError) -> CAReply {
        let tls = try tls(request.url)
        var last = ACMEError(.unreachable, "cannot find the addresses of \(request.url.host)")
        for address in await addresses(request.url.host) {
            guard !Task.isCancelled else { throw .cancelled }
            let promise = group.next().makePromise(of: CAReply.self)
            let channel: any Channel
            do {
                channel = try await connect(request, address, tls, promise)
            } catch {
                promise.fail(error)
                last = HTTPClient.explain(error, request.url)
                continue
            }
            return try await reply(request, channel, promise)
        }
        throw last
    }

    /// Where to connect to: nil leaves the name to the system.
    private func addresses(_ host: String) async -> [IPAddress?] {
        guard let lookup, IPAddress(host) == nil else { return [nil] }
        let found = try? await NIOThreadPool.singleton.runIfActive { lookup(host) }
        return found ?? []
    }

    private func connect(
        _ request: CARequest,
        _ address: IPAddress?,
        _ tls: ClientTLS?,
        _ promise: EventLoopPromise<CAReply>
    ) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(.seconds(Limits.connectSeconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(tls.makeHandler()) }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(ExchangeHandler(request, promise))
                }
            }
        let host = address.map { "\($0)" } ?? request.url.host
        return try await bootstrap.connect(host: host, port: request.url.port).get()
    }

    private func reply(
        _ request: CARequest,
        _ channel: any Channel,
        _ promise: EventLoopPromise<CAReply>
    ) async throws(ACMEError) -> CAReply {
        let limit = channel.eventLoop.scheduleTask(in: .seconds(Limits.requestSeconds)) {
            let seconds = Limits.requestSeconds
            promise.fail(ACMEError(.timedOut, "\(request.url): no reply within \(seconds) s"))
        }
        defer {
            limit.cancel()
            channel.close(promise: nil)
        }
        do {
            return try await promise.futureResult.get()
        } catch {
            throw HTTPClient.explain(error, request.url)
        }
    }

    /// The TLS of connections to a host; made once, as it reads the system's authorities.
    private func tls(_ url: HTTPURL) throws(ACMEError) -> ClientTLS? {
        guard url.isSecure else { return nil }
        if let side = sides.withLock({ $0[url.host] }) { return side }
        do {
            let side = try ClientTLS(trust, serverName: url.host, protocols: ["http/1.1"])
            sides.withLock { $0[url.host] = side }
            return side
        } catch {
            throw ACMEError(.configuration, "\(error.message)", mend: error.mend)
        }
    }

    private static func explain(_ error: any Error, _ url: HTTPURL) -> ACMEError {
        if let error = error as? ACMEError { return error }
        if let error = error as? NIOConnectionError {
            let reason =
                error.connectionErrors.first.map { "\($0.error)" }
                ?? "its name can't be looked up"
            return ACMEError(.unreachable, "cannot connect to \(url): \(reason)")
        }
        return ACMEError(.unreachable, "cannot reach \(url): \(error)")
    }
}

/// Finds the addresses of a host; it may block.
public typealias ACMELookup = @Sendable (String) -> [IPAddress]
