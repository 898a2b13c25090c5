internal import Addresses
internal import DNSWire
public import KubernetesModel

/// What DNS needs of a service, taken out of it ahead of an index's turn, on any thread.
public struct PreparedService: Sendable {
    let key: ClusterIndex.ServiceKey
    let data: ServiceData

    /// Takes out of a service what DNS needs.
    public init(_ service: Service) {
        key = ClusterIndex.ServiceKey(
            namespace: service.metadata.namespace,
            name: service.metadata.name
        )
        data = ServiceData(service)
    }
}

/// What DNS needs of a slice, taken out of it ahead of an index's turn, on any thread.
public struct PreparedSlice: Sendable {
    let key: ClusterIndex.ServiceKey
    let service: ClusterIndex.ServiceKey
    let data: SliceData

    /// Takes out of a slice what DNS needs.
    public init(_ slice: EndpointSlice, _ options: ClusterIndex.Options) {
        let namespace = slice.metadata.namespace
        key = ClusterIndex.ServiceKey(namespace: namespace, name: slice.metadata.name)
        service = ClusterIndex.ServiceKey(namespace: namespace, name: slice.serviceName)
        data =
            options.ignoresEndpoints
            ? SliceData(ports: [], endpoints: []) : PreparedSlice.data(slice, options)
    }

    /// What DNS needs of a slice: its ready endpoints, ready meaning true or not said.
    private static func data(_ slice: EndpointSlice, _ options: ClusterIndex.Options) -> SliceData {
        let ports = slice.ports.map {
            PortData(
                name: $0.name.lowercased(),
                transport: $0.transport,
                number: $0.port.flatMap { UInt16(exactly: $0) }
            )
        }
        var endpoints: [EndpointData] = []
        for endpoint in slice.endpoints where endpoint.ready ?? true {
            for text in endpoint.addresses {
                guard let address = IPAddress(text) else { continue }
                endpoints.append(
                    EndpointData(address: address, label: label(endpoint, text, options))
                )
            }
        }
        return SliceData(ports: ports, endpoints: endpoints)
    }

    /// The label of an endpoint (CoreDNS `endpointHostname`).
    ///
    /// It is the hostname, else the pod's name where that is asked for, else the address with
    /// dashes. A trailing dash gets a zero behind it.
    private static func label(
        _ endpoint: Endpoint,
        _ address: String,
        _ options: ClusterIndex.Options
    ) -> String {
        if !endpoint.hostname.isEmpty { return endpoint.hostname.lowercased() }
        if options.endpointPodNames, (1...63).contains(endpoint.targetName.utf8.count),
            !endpoint.targetName.contains(".")
        {
            return endpoint.targetName.lowercased()
        }
        return unsafe String(unsafeUninitializedCapacity: address.utf8.count + 1) { octets in
            var count = 0
            for octet in address.utf8 {
                let isSeparator = octet == UInt8(ascii: ".") || octet == UInt8(ascii: ":")
                unsafe octets[count] = isSeparator ? UInt8(ascii: "-") : octet.asciiLowercased
                count += 1
            }
            // SAFETY: the capacity is one more than the address has octets.
            if count > 0, unsafe octets[count - 1] == UInt8(ascii: "-") {
                unsafe octets[count] = UInt8(ascii: "0")
                count += 1
            }
            return count
        }
    }
}
