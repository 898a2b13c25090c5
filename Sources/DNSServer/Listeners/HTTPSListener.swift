internal import Addresses
internal import ClusterView
internal import DNSWire
internal import HTTPService
internal import Metrics
internal import Plugins
internal import SecureTransport
internal import Synchronization

/// Listens on HTTPS: `https://` (RFC 8484).
final class HTTPSListener: Listener {
    let place: ListenerPlace
    private let socket: ListeningSocket
    private let tls: ServerTLS
    private let limits: HTTPLimits
    private let answers: HTTPSAnswers
    private let onReply: (@Sendable (Int) -> Void)?
    private let log: LogSink
    private let running = Mutex<HTTPService?>(nil)

    /// Binds to an address, and reads the certificate.
    ///
    /// - Throws: ``ServerError`` that names the address, or the file of the certificate.
    init(
        _ request: ListenerRequest,
        source: ListenerSource,
        server: ListenerContext
    ) throws(ServerError) {
        log = source.services.log
        tls = try ListenerTLS.make(request, protocols: HTTPService.protocols, log)
        limits = HTTPSListener.limits(request.settings)
        let address = request.place.address
        if let inherited = server.inheritance.take(.stream, "\(request.place)").first {
            socket = ListeningSocket(adopting: inherited)
        } else {
            do throws(HTTPServiceError) {
                socket = try ListeningSocket(
                    address.address,
                    port: address.port,
                    sharesPort: server.sharesPorts
                )
            } catch {
                throw ServerError("\(error)")
            }
        }
        var place = request.place
        place.address.port = socket.place.port
        self.place = place
        answers = HTTPSAnswers(source, place.address)
        onReply = HTTPSListener.counter(source, request)
    }

    private static func limits(_ settings: BlockSettings) -> HTTPLimits {
        var limits = HTTPLimits.dnsOverHTTPS
        if let read = settings.timeouts.read { limits.readTime = read }
        if let write = settings.timeouts.write { limits.writeTime = write }
        if let idle = settings.timeouts.idle { limits.idleTime = idle }
        if let count = settings.httpsConnectionCountMax {
            limits.connectionCountMax = count == 0 ? nil : count
        }
        return limits
    }

    /// Counts replies by their status (CoreDNS `dns_https_responses_total`).
    private static func counter(
        _ source: ListenerSource,
        _ request: ListenerRequest
    ) -> (@Sendable (Int) -> Void)? {
        guard request.settings.countsRequests else { return nil }
        let statuses = [200, 400, 404, 405, 413, 415, 500, 503]
        let server = source.key?.label ?? "\(request.place)"
        let range = source.services.metrics.counters(
            "coredns_dns_https_responses_total",
            help: "Counter of DoH responses per server and http status code.",
            labels: (statuses.map(String.init) + ["other"]).map {
                [("server", server), ("status", $0)]
            }
        )
        let shared = source.services.metrics.shared
        return { status in
            shared.add(range, statuses.firstIndex(of: status) ?? statuses.count)
        }
    }

    var sockets: [HandedSocket] { [HandedSocket(.stream, "\(place)", socket.descriptor)] }

    func start() throws(ServerError) {
        let answers = answers
        let handler = DoHExchange.handler(maxAge: HTTPSAnswers.maxAge) { query, client, port in
            await answers.answer(query, from: ClientAddress(address: client, port: port))
        }
        let service = HTTPService(
            address: place.address.address,
            port: place.address.port,
            socket: socket,
            tls: tls,
            limits: limits,
            router: HTTPRouter([DoHExchange.path: handler]),
            onReply: onReply,
            onCertificates: ListenerTLS.report(log)
        )
        do throws(HTTPServiceError) {
            _ = try service.start()
        } catch {
            throw ServerError("\(error)")
        }
        running.withLock { $0 = service }
    }

    func refresh() { answers.refresh() }

    /// Does nothing: ``stop()`` takes no more connections first.
    func stopAccepting(handsOver: Bool) {}

    func stop() {
        let service = running.withLock { running in
            defer { running = nil }
            return running
        }
        service?.stop(grace: .seconds(Limits.drainSeconds))
    }
}
