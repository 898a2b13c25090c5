internal import Addresses
internal import HTTPService
internal import Plugins
internal import SecureTransport

/// What is served over HTTP beside the DNS: `health`, `ready`, `prometheus`.
///
/// Directives that name the same address share a listener. A new configuration first opens what it
/// adds; when everything else has worked too, the handlers change at once, and what nobody asks for
/// any more is closed.
final class EndpointSet {
    struct Place: Hashable {
        var address: IPAddress?
        var port: UInt16
        /// The certificate: with another one it is another place, opened beside the old one.
        var tls: ServerTLSSettings?

        /// The place as a predecessor calls its socket.
        var name: String {
            "\(tls == nil ? "http" : "https")://\(address.map { "\($0)" } ?? ""):\(port)"
        }

        init(_ request: EndpointRequest) {
            address = request.address
            port = request.port
            tls = request.tls
        }
    }

    /// What a configuration asks for, with the services opened that are not there yet.
    struct Preparation {
        fileprivate var requests: [EndpointRequest] = []
        fileprivate var opened: [Place: HTTPService] = [:]
    }

    private let status: ServerStatus
    private var services: [Place: HTTPService] = [:]
    private var requests: [EndpointRequest] = []

    init(_ status: ServerStatus) {
        self.status = status
    }

    /// Where something is served, by directive, with the ports that the kernel chose.
    var addresses: [(directive: String, address: ListenAddress)] {
        requests.compactMap { request in
            services[Place(request)]?.listening.map {
                (request.directive, ListenAddress(address: $0.address, port: $0.port))
            }
        }
    }

    /// Where something is served, as `http://127.0.0.1:9153`, by directive; each once.
    var urls: [(directive: String, url: String)] {
        var urls: [(directive: String, url: String)] = []
        for request in requests {
            guard let place = services[Place(request)]?.listening else { continue }
            let address = ListenAddress(address: place.address, port: place.port)
            let url = "\(request.tls == nil ? "http" : "https")://\(address)"
            if !urls.contains(where: { $0 == (request.directive, url) }) {
                urls.append((request.directive, url))
            }
        }
        return urls
    }

    /// The open sockets, for a successor.
    var sockets: [HandedSocket] {
        services.compactMap { place, service in
            service.socket.map { HandedSocket(.stream, place.name, $0.descriptor) }
        }
    }

    /// Opens what a configuration adds; nothing that is served changes.
    ///
    /// - Throws: ``ServerError`` that names the directive, the address and the reason.
    func prepare(
        _ requests: [EndpointRequest],
        _ inheritance: SocketInheritance
    ) throws(ServerError) -> Preparation {
        var next = Preparation(requests: requests)
        try EndpointSet.check(requests)
        for (place, requests) in grouped(requests) where services[place] == nil {
            do throws(ServerError) {
                next.opened[place] = try open(place, requests, inheritance)
            } catch {
                abandon(next)
                throw error
            }
        }
        return next
    }

    /// Serves what was prepared, and closes what nobody asks for any more.
    func commit(_ next: Preparation) {
        let wanted = grouped(next.requests)
        for (place, service) in services {
            if let requests = wanted[place] {
                service.router.replaceAll(by: handlers(requests))
            } else {
                service.stop(grace: .seconds(1))
                services[place] = nil
            }
        }
        services.merge(next.opened) { _, new in new }
        requests = next.requests
    }

    /// Closes what was prepared.
    func abandon(_ next: Preparation) {
        for service in next.opened.values { service.stop(grace: .zero) }
    }

    /// Closes what closes as soon as the server is asked to end.
    func closeFirst() {
        close { $0.closesFirst }
    }

    /// Closes everything.
    func close() {
        close { _ in true }
    }

    private func close(_ isWanted: (EndpointRequest) -> Bool) {
        for request in requests where isWanted(request) {
            let place = Place(request)
            services[place]?.router[request.path] = nil
            guard let service = services[place], service.router.isEmpty else { continue }
            service.stop(grace: .seconds(1))
            services[place] = nil
        }
        requests.removeAll(where: isWanted)
    }

    private func grouped(_ requests: [EndpointRequest]) -> [Place: [EndpointRequest]] {
        Dictionary(grouping: requests, by: Place.init)
    }

    private func open(
        _ place: Place,
        _ requests: [EndpointRequest],
        _ inheritance: SocketInheritance
    ) throws(ServerError) -> HTTPService {
        // Until the swap, a place of the old configuration may have the port.
        let others = services.filter { $0.key.port == place.port && place.port != 0 }
        for service in others.values {
            if let socket = service.socket { StreamSocket.share(socket.descriptor) }
        }
        let tls = try place.tls.map(EndpointSet.tls)
        let inherited = inheritance.take(.stream, place.name).first
        let service = HTTPService(
            address: place.address ?? IPAddress(ipv6High: 0, low: 0),
            port: place.port,
            socket: inherited.map { ListeningSocket(adopting: $0) },
            sharesPort: !others.isEmpty,
            tls: tls,
            router: HTTPRouter(handlers(requests))
        )
        do throws(HTTPServiceError) {
            _ = try service.start()
        } catch {
            let directives = requests.map(\.directive).joined(separator: ", ")
            throw ServerError("\(directives): \(error)")
        }
        return service
    }

    /// Checks that nothing is asked to be served both within TLS and without on one port.
    private static func check(_ requests: [EndpointRequest]) throws(ServerError) {
        for (index, request) in requests.enumerated() where request.port != 0 {
            let other = requests[..<index].first {
                $0.port == request.port && $0.address == request.address && $0.tls != request.tls
            }
            guard let other else { continue }
            throw ServerError(
                "\(other.directive), \(request.directive): one address with different tls",
                mend: "give one of them another port, or both the same tls"
            )
        }
    }

    private static func tls(_ settings: ServerTLSSettings) throws(ServerError) -> ServerTLS {
        do throws(TLSError) {
            return try ServerTLS(settings, protocols: HTTPService.protocols)
        } catch {
            throw ServerError("prometheus: tls: \(error)")
        }
    }

    private func handlers(_ requests: [EndpointRequest]) -> [String: HTTPHandler] {
        var handlers: [String: HTTPHandler] = [:]
        for request in requests {
            handlers[request.path] = { [status] _ in
                let reply = request.respond(status.endpointState)
                return HTTPReply(
                    status: reply.status,
                    fields: [HTTPField("content-type", reply.contentType)],
                    body: reply.body
                )
            }
        }
        return handlers
    }
}
