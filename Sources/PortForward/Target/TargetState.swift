internal import Addresses
internal import KubernetesModel

/// What is known of a target at a moment: pure functions of objects.
struct TargetState: Sendable {
    /// The objects that count.
    enum Objects: Sendable {
        /// A service and its slices.
        case service(Service, slices: [ObjectKey: EndpointSlice])
        /// One pod.
        case pod(Pod)
        /// The pods that a workload's selector finds.
        case workload(Workload, pods: [ObjectKey: Pod])
    }

    let target: ForwardTarget
    var objects: Objects

    /// Finds the ports that are asked for.
    ///
    /// - Throws: ``PortForwardError`` with kubectl's words, if the target doesn't have one.
    func ports(_ requests: [PortRequest]) throws(PortForwardError) -> [ForwardedPort] {
        var ports: [ForwardedPort] = []
        for request in requests {
            switch objects {
            case .service(let service, _): ports.append(try port(request, of: service))
            case .pod(let pod): ports.append(try port(request, of: pod))
            case .workload(_, let pods):
                let running = pods.values.filter(\.isForwardable)
                    .sorted { $0.metadata.name < $1.metadata.name }
                if case .number(let number) = request.remote {
                    ports.append(.init(request, number, .number(number)))
                } else if let pod = running.first {
                    ports.append(try port(request, of: pod))
                }
            }
        }
        return ports
    }

    private func port(
        _ request: PortRequest,
        of service: Service
    ) throws(PortForwardError) -> ForwardedPort {
        let name = service.metadata.name
        guard service.type != .externalName else {
            throw PortForwardError(
                .refused,
                "service \(name) is an alias of \(service.externalName) and has no pods"
            )
        }
        let found: [ServicePort]
        switch request.remote {
        case .number(let number):
            found = service.ports.filter { $0.port == Int(number) }
            if found.isEmpty {
                throw PortForwardError(
                    .refused,
                    "Service \(name) does not have a service port \(number)"
                )
            }
        case .name(let text):
            found = service.ports.filter { $0.name == text }
            if found.isEmpty {
                throw PortForwardError(
                    .refused,
                    "Service '\(name)' does not have a named port '\(text)'"
                )
            }
        }
        guard let port = found.first(where: { $0.transport == .tcp }) else {
            throw PortForwardError(
                .refused,
                "\(found[0].transport.rawValue) protocol is not supported for \(found[0].port)"
            )
        }
        let number = UInt16(clamping: port.port)
        var local = request
        if local.local == nil { local.local = number }
        // A headless service has no port of its own: clients come to the pods' ports directly.
        if service.isHeadless { return ForwardedPort(local, number, .number(number)) }
        let route = ForwardedPort.Route.servicePort(port.name)
        if case .number(let target) = port.targetPort {
            return ForwardedPort(local, UInt16(clamping: target), route)
        }
        let ports = backends(route).map(\.port)
        return ForwardedPort(local, ports.first ?? number, route)
    }

    private func port(
        _ request: PortRequest,
        of pod: Pod
    ) throws(PortForwardError) -> ForwardedPort {
        guard case .name(let name) = request.remote else {
            guard case .number(let number) = request.remote else { preconditionFailure() }
            return ForwardedPort(request, number, .number(number))
        }
        guard let number = pod.port(named: name) else {
            throw PortForwardError(
                .refused,
                "Pod '\(pod.metadata.name)' does not have a named port '\(name)'"
            )
        }
        return ForwardedPort(request, number, .containerPort(name))
    }

    /// The places that a connection may go to, those of the preferred family first.
    func backends(_ route: ForwardedPort.Route) -> [Backend] {
        switch objects {
        case .service(let service, let slices):
            let isIPv6First = service.ipFamilies.first == .ipv6
            let all = slices.sorted { $0.key.name < $1.key.name }.flatMap { $0.value.ready(route) }
            let first = all.filter { $0.address.isIPv4 != isIPv6First }
            return unique(first.isEmpty ? all : first)
        case .pod(let pod): return pod.backends(route)
        case .workload(_, let pods):
            let running = pods.values.filter(\.isForwardable)
                .sorted { $0.metadata.name < $1.metadata.name }
            let ready = running.filter(\.isReady)
            return unique((ready.isEmpty ? running : ready).flatMap { $0.backends(route) })
        }
    }

    private func unique(_ backends: [Backend]) -> [Backend] {
        var seen: Set<Backend> = []
        return backends.filter { seen.insert($0).inserted }
    }
}

extension ForwardedPort {
    init(_ request: PortRequest, _ remote: UInt16, _ route: Route) {
        self.init(local: request.local ?? remote, remote: remote, route: route)
    }
}

extension Pod {
    /// Whether connections can be forwarded to the pod: it runs, and isn't being ended.
    var isForwardable: Bool { phase == .running && !metadata.isTerminating }

    /// The number of the container port with a name; only TCP can be forwarded.
    func port(named name: String) -> UInt16? {
        for container in containers {
            for port in container.ports where port.name == name && port.transport == .tcp {
                return UInt16(exactly: port.containerPort)
            }
        }
        return nil
    }

    /// The pod's primary address with the port; none if it has no address yet.
    func backends(_ route: ForwardedPort.Route) -> [Backend] {
        guard let address = podIPs.lazy.compactMap({ IPAddress($0) }).first else { return [] }
        switch route {
        case .number(let number): return [Backend(address, number)]
        case .containerPort(let name), .servicePort(let name):
            return port(named: name).map { [Backend(address, $0)] } ?? []
        }
    }
}

extension EndpointSlice {
    /// The ready endpoints of the slice.
    func ready(_ route: ForwardedPort.Route) -> [Backend] {
        let numbers: [UInt16]
        switch route {
        case .number(let number): numbers = [number]
        case .servicePort(let name), .containerPort(let name):
            numbers = ports.filter { $0.name == name && $0.transport == .tcp }
                .compactMap { $0.port.flatMap(UInt16.init(exactly:)) }
        }
        return endpoints.filter { $0.ready ?? true }.flatMap { endpoint in
            // All addresses of an endpoint lead to the same place.
            endpoint.addresses.prefix(1).compactMap { IPAddress($0) }.flatMap { address in
                numbers.map { Backend(address, $0) }
            }
        }
    }
}
