internal import Addresses
internal import HTTPService
internal import Plugins

/// What is served over HTTP beside the DNS: `health`, `ready`, `prometheus`.
///
/// Directives that name the same address share a listener. A new configuration first opens what it
/// adds; when that has worked, the handlers change at once, and what nobody asks for any more is
/// closed.
final class EndpointSet {
    private struct Place: Hashable {
        var address: IPAddress?
        var port: UInt16
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
            services[Place(address: request.address, port: request.port)]?.listening.map {
                (request.directive, ListenAddress(address: $0.address, port: $0.port))
            }
        }
    }

    /// Serves what a configuration asks for; on an error everything stays.
    ///
    /// - Throws: ``ServerError`` that names the directive, the address and the reason.
    func adopt(_ requests: [EndpointRequest]) throws(ServerError) {
        var wanted: [Place: [EndpointRequest]] = [:]
        for request in requests {
            let place = Place(address: request.address, port: request.port)
            wanted[place, default: []].append(request)
        }
        var opened: [Place: HTTPService] = [:]
        for (place, requests) in wanted where services[place] == nil {
            do throws(ServerError) {
                opened[place] = try open(place, requests)
            } catch {
                for service in opened.values { service.stop(grace: .zero) }
                throw error
            }
        }
        for (place, service) in services {
            if let requests = wanted[place] {
                service.router.replaceAll(by: handlers(requests))
            } else {
                service.stop(grace: .seconds(1))
                services[place] = nil
            }
        }
        services.merge(opened) { _, new in new }
        self.requests = requests
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
            let place = Place(address: request.address, port: request.port)
            services[place]?.router[request.path] = nil
            guard let service = services[place], service.router.isEmpty else { continue }
            service.stop(grace: .seconds(1))
            services[place] = nil
        }
        requests.removeAll(where: isWanted)
    }

    private func open(
        _ place: Place,
        _ requests: [EndpointRequest]
    ) throws(ServerError) -> HTTPService {
        let service = HTTPService(
            address: place.address ?? IPAddress(ipv6High: 0, low: 0),
            port: place.port,
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
