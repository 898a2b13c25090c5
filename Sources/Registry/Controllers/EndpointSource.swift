import KubernetesModel
import OrderedCollections

/// What a service's endpoints are to be: one group for each family and set of ports.
struct EndpointGroup {
    /// The slices that may hold the group's endpoints.
    struct Key: Hashable {
        var family: EndpointSlice.AddressType
        var ports: [EndpointPort]
    }

    var key: Key
    var endpoints: [Endpoint]
}

/// The endpoints of a service, from its pods or from legacy endpoints.
struct EndpointSource {
    let service: Service

    /// Whether the service has no virtual address, so that its slices are marked headless.
    var isHeadless: Bool { (service.clusterIPs.first ?? "None") == "None" }

    private var families: [EndpointSlice.AddressType] {
        guard service.ipFamilies.isEmpty else {
            return service.ipFamilies.map { $0 == .ipv4 ? .ipv4 : .ipv6 }
        }
        guard let first = service.clusterIPs.first, first != "None" else { return [.ipv4, .ipv6] }
        return [first.contains(":") ? .ipv6 : .ipv4]
    }

    /// The service's ports as a pod serves them; a named port that the pod lacks is left out.
    func ports(of pod: Pod) -> [EndpointPort] {
        service.ports.compactMap { port in
            let number: Int
            switch port.targetPort {
            case .number(let given): number = given
            case .name(let name):
                let found = pod.containers.lazy.flatMap(\.ports).first {
                    $0.name == name && $0.transport == port.transport
                }
                guard let found else { return nil }
                number = found.containerPort
            }
            return EndpointPort(
                name: port.name,
                transport: port.transport,
                port: number,
                appProtocol: port.appProtocol
            )
        }
    }

    /// The endpoint of a pod at one of its addresses (`podToEndpoint`).
    func endpoint(of pod: Pod, at address: String, zone: String) -> Endpoint {
        let isServing = pod.isReady
        let isTerminating = pod.metadata.isTerminating
        let hasHostname = !pod.hostname.isEmpty && pod.subdomain == service.metadata.name
        return Endpoint(
            addresses: [address],
            ready: service.publishNotReadyAddresses || (isServing && !isTerminating),
            serving: isServing,
            terminating: isTerminating,
            hostname: hasHostname ? pod.hostname : "",
            nodeName: pod.nodeName,
            zone: zone,
            targetName: pod.metadata.name,
            targetKind: "Pod",
            targetUID: pod.metadata.uid
        )
    }

    /// Groups the endpoints of pods, in the pods' order.
    ///
    /// - Parameters:
    ///   - pods: The pods that the selector matches.
    ///   - zone: Returns the zone of a node; nil if the pod is to be passed over, because its node
    ///     isn't there.
    /// - Returns: The groups.
    /// - Throws: What `zone` throws.
    func groups(
        of pods: [Pod],
        zone: (_ node: String) throws -> String?
    ) rethrows -> [EndpointGroup] {
        var groups: OrderedDictionary<EndpointGroup.Key, [Endpoint]> = [:]
        for pod in pods where pod.phase != .succeeded && pod.phase != .failed {
            var place: String? = ""
            if !pod.nodeName.isEmpty { place = try zone(pod.nodeName) }
            if place == nil, !service.publishNotReadyAddresses { continue }
            let ports = ports(of: pod)
            for family in families {
                let address = pod.podIPs.first { $0.contains(":") == (family == .ipv6) }
                guard let address, !address.isEmpty else { continue }
                let key = EndpointGroup.Key(family: family, ports: ports)
                let endpoint = endpoint(of: pod, at: address, zone: place ?? "")
                groups[key, default: []].append(endpoint)
            }
        }
        return groups.map { EndpointGroup(key: $0.key, endpoints: $0.value) }
    }

    /// Groups the endpoints of a legacy object as the mirroring controller does: only `ready` is
    /// known of them.
    func groups(of endpoints: Endpoints) -> [EndpointGroup] {
        var groups: OrderedDictionary<EndpointGroup.Key, [Endpoint]> = [:]
        for subset in endpoints.subsets {
            let all =
                subset.addresses.map { ($0, true) } + subset.notReadyAddresses.map { ($0, false) }
            for (address, isReady) in all.prefix(RegistryLimits.mirroredAddressesMax) {
                let key = EndpointGroup.Key(
                    family: address.ip.contains(":") ? .ipv6 : .ipv4,
                    ports: subset.ports
                )
                groups[key, default: []].append(
                    Endpoint(
                        addresses: [address.ip],
                        ready: isReady,
                        hostname: address.hostname,
                        nodeName: address.nodeName,
                        targetName: address.targetName,
                        targetKind: address.targetKind,
                        targetUID: address.targetUID
                    )
                )
            }
        }
        return groups.map { EndpointGroup(key: $0.key, endpoints: $0.value) }
    }
}
