internal import ClusterView
internal import NIOCore
internal import Plugins
internal import SecureTransport
internal import Synchronization

/// Listens on TCP within TLS: `tls://` (RFC 7858).
final class TLSListener: Listener {
    let place: ListenerPlace
    private let socket: StreamSocket
    private let tls: ServerTLS
    private let source: ListenerSource
    private let connections: ConnectionCounter
    private let limits: StreamLimits
    private let running = Mutex<StreamListener?>(nil)

    /// Binds to an address, and reads the certificate.
    ///
    /// - Throws: ``ServerError`` that names the address, or the file of the certificate.
    init(
        _ request: ListenerRequest,
        source: ListenerSource,
        server: ListenerContext
    ) throws(ServerError) {
        tls = try ListenerTLS.make(request, protocols: ["dot"], source.services.log)
        let address = request.place.address
        if let descriptor = server.inheritance.take(.stream, "\(request.place)").first {
            socket = StreamSocket(adopting: descriptor, address)
        } else {
            socket = try StreamSocket(address, isShared: server.sharesPorts)
        }
        var place = request.place
        place.address.port = socket.address.port
        self.place = place
        self.source = source
        connections = server.connections
        limits = request.limits(server.streamLimits)
    }

    var sockets: [HandedSocket] { [HandedSocket(.stream, "\(place)", socket.descriptor)] }

    func start() throws(ServerError) {
        let stream = try StreamListener(
            socket,
            source: source,
            connections: connections,
            limits: limits,
            tls: tls,
            onCertificates: ListenerTLS.report(source.services.log)
        )
        running.withLock { $0 = stream }
    }

    func refresh() { running.withLock { $0 }?.refresh() }

    func stopAccepting(handsOver: Bool) { running.withLock { $0 }?.stopAccepting() }

    func stop() {
        let stream = running.withLock { running in
            defer { running = nil }
            return running
        }
        stream?.stop()
    }
}

/// The certificates of listeners.
enum ListenerTLS {
    /// Writes to the log what came of looking at the files again.
    static func report(_ log: LogSink) -> @Sendable (ServerTLS.Reload) -> Void {
        { reload in
            switch reload {
            case .unchanged: break
            case .reloaded: log.write("[INFO] plugin/tls: certificates read again")
            case .failed(let error): log.write("[ERROR] plugin/tls: \(error)")
            }
        }
    }

    /// Reads the certificate that a listener's first block names.
    ///
    /// - Throws: ``ServerError`` that names the file, or says that there is none.
    static func make(
        _ request: ListenerRequest,
        protocols: [String],
        _ log: LogSink
    ) throws(ServerError) -> ServerTLS {
        guard let settings = request.settings.tls else {
            throw ServerError(
                "\(request.place): no certificate is named",
                mend: "add tls CERTIFICATE KEY to the server block"
            )
        }
        do throws(TLSError) {
            let tls = try ServerTLS(settings, protocols: protocols)
            for warning in tls.warnings { log.write("[WARNING] plugin/tls: \(warning)") }
            return tls
        } catch {
            throw ServerError("\(request.place): tls: \(error)")
        }
    }
}
