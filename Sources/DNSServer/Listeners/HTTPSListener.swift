internal import Addresses
internal import ClusterView
internal import DNSWire
internal import HTTPService
internal import Metrics
internal import Plugins
internal import SecureTransport

/// Listens on HTTPS: `https://` (RFC 8484).
final class HTTPSListener: Listener {
    let place: ListenerPlace
    private let service: HTTPService

    /// Listens on an address.
    ///
    /// - Throws: ``ServerError`` that names the address, or the file of the certificate.
    init(
        _ request: ListenerRequest,
        source: ListenerSource,
        server: ListenerContext
    ) throws(ServerError) {
        let log = source.services.log
        let tls = try ListenerTLS.make(request, protocols: HTTPService.protocols, log)
        var limits = HTTPLimits.dnsOverHTTPS
        let timeouts = request.settings.timeouts
        if let read = timeouts.read { limits.readTime = read }
        if let write = timeouts.write { limits.writeTime = write }
        if let idle = timeouts.idle { limits.idleTime = idle }
        if let count = request.settings.httpsConnectionCountMax {
            limits.connectionCountMax = count == 0 ? nil : count
        }
        let answers = HTTPSAnswers(source, request.place.address)
        let handler = DoHExchange.handler(maxAge: HTTPSAnswers.maxAge) { query, client, port in
            await answers.answer(query, from: ClientAddress(address: client, port: port))
        }
        let inherited = server.inheritance.take(.stream, request.place).first
        service = HTTPService(
            address: request.place.address.address,
            port: request.place.address.port,
            socket: inherited.map { ListeningSocket(adopting: $0) },
            tls: tls,
            limits: limits,
            router: HTTPRouter([DoHExchange.path: handler]),
            onReply: HTTPSListener.counter(source, request),
            onCertificates: { reload in
                switch reload {
                case .unchanged: break
                case .reloaded: log.write("[INFO] plugin/tls: certificates read again")
                case .failed(let error): log.write("[ERROR] plugin/tls: \(error)")
                }
            }
        )
        do throws(HTTPServiceError) {
            let listening = try service.start()
            var place = request.place
            place.address.port = listening.port
            self.place = place
        } catch {
            throw ServerError("\(error)")
        }
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

    var sockets: [HandedSocket] {
        guard let socket = service.socket else { return [] }
        return [HandedSocket(kind: .stream, place: place, descriptor: socket.descriptor)]
    }

    /// Does nothing: ``stop()`` takes no more connections first.
    func stopAccepting() {}

    func stop() { service.stop(grace: .seconds(Limits.drainSeconds)) }
}

/// Answers queries that come over HTTPS: in the slow lane, one at a time.
struct HTTPSAnswers: Sendable {
    private let source: ListenerSource
    private let local: LocalAddress

    init(_ source: ListenerSource, _ address: ListenAddress) {
        self.source = source
        local = LocalAddress(address: address.address, port: address.port)
    }

    /// Answers a query; nil if there is no reply to it.
    func answer(_ query: [UInt8], from client: ClientAddress) async -> [UInt8]? {
        guard source.lane.admit() else { return nil }
        let configuration = source.configuration.current
        let origin = QueryOrigin(
            client: client,
            local: local,
            transport: .https,
            random: .random(in: .min ... .max),
            start: MonotonicClock.nanoseconds
        )
        return await withCheckedContinuation { continuation in
            let query = PendingQuery(
                request: query,
                origin: origin,
                configuration: configuration,
                table: configuration.table(source.key),
                errand: nil,
                destination: .stream { reply, _ in continuation.resume(returning: reply) }
            )
            if !source.lane.submit([query]) { continuation.resume(returning: nil) }
        }
    }

    /// The smallest time to live in a reply, in seconds (RFC 8484 §5.1).
    static let maxAge: @Sendable ([UInt8]) -> UInt32 = { octets in
        guard let message = try? Message(decoding: octets) else { return 0 }
        let records = message.answers + message.authorities + message.additionals
        return records.map(\.timeToLive).min() ?? 0
    }
}
