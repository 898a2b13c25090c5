internal import ClusterView
internal import NIOCore
internal import Plugins
internal import SecureTransport

/// Listens on TCP within TLS: `tls://` (RFC 7858).
final class TLSListener: Listener {
    let place: ListenerPlace
    private let stream: StreamListener

    /// Listens on an address.
    ///
    /// - Throws: ``ServerError`` that names the address, or the file of the certificate.
    init(
        _ request: ListenerRequest,
        source: ListenerSource,
        server: ListenerContext
    ) throws(ServerError) {
        let tls = try ListenerTLS.make(request, protocols: ["dot"], source.services.log)
        let address = request.place.address
        let socket: StreamSocket
        if let descriptor = server.inheritance.take(.stream, request.place).first {
            socket = StreamSocket(adopting: descriptor, address)
        } else {
            socket = try StreamSocket(address)
        }
        var place = request.place
        place.address.port = socket.address.port
        self.place = place
        stream = try StreamListener(
            socket,
            source: source,
            connections: server.connections,
            limits: request.limits(server.streamLimits),
            tls: tls
        )
    }

    var sockets: [HandedSocket] {
        [HandedSocket(kind: .stream, place: place, descriptor: stream.socket.descriptor)]
    }

    func stopAccepting() { stream.stopAccepting() }

    func stop() { stream.stop() }
}

/// The certificates of listeners.
enum ListenerTLS {
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
