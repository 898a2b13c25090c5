internal import Addresses
public import KubernetesModel
internal import OrderedCollections

/// What DNS needs of a service, taken out of it ahead of an index's turn, on any thread.
public struct PreparedService: Sendable {
    let key: ClusterIndex.ServiceKey
    let data: ServiceData
    /// What the service has outside of the cluster; nil if nothing.
    let external: ExternalService?
    /// The service's labels; empty where they were not read because nobody asks for them.
    let labels: OrderedDictionary<String, String>

    /// Takes out of a service what DNS needs.
    public init(_ service: Service) {
        key = ClusterIndex.ServiceKey(
            namespace: service.metadata.namespace,
            name: service.metadata.name
        )
        data = ServiceData(service)
        external = ExternalService(service)
        labels = service.metadata.labels
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
        // A slice that isn't shown belongs to no service.
        let isShown = options.shows(slice.metadata.labels)
        service = ClusterIndex.ServiceKey(
            namespace: namespace,
            name: isShown ? slice.serviceName : ""
        )
        data =
            options.ignoresEndpoints
            ? SliceData(ports: [], endpoints: EndpointList()) : PreparedSlice.data(slice, options)
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
        var endpoints = EndpointList()
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
    /// dashes.
    private static func label(
        _ endpoint: Endpoint,
        _ address: String,
        _ options: ClusterIndex.Options
    ) -> String {
        name(
            hostname: endpoint.hostname,
            targetName: options.endpointPodNames ? endpoint.targetName : ""
        ) ?? EndpointData.dashedLabel(address)
    }

    /// The label that an endpoint has whatever its address is; nil if it has none.
    static func name(hostname: String, targetName: String) -> String? {
        if !hostname.isEmpty { return hostname.lowercased() }
        guard (1...63).contains(targetName.utf8.count), !targetName.contains(".") else {
            return nil
        }
        return targetName.lowercased()
    }
}

extension ClusterIndex.Options {
    /// Whether the labels of services, slices and pods decide whether they are shown: then these
    /// must be read as a whole.
    public var readsLabels: Bool { labels != nil }

    /// Whether something with these labels is shown.
    func shows(_ labels: OrderedDictionary<String, String>) -> Bool {
        self.labels?.matches(labels) ?? true
    }

    /// Sets which services, slices and pods are shown, by the text of a label selector.
    public mutating func setLabels(_ text: String) throws(SelectorError) {
        labels = try LabelSelector(parsing: text)
    }

    /// Sets which namespaces are shown, by the text of a label selector.
    public mutating func setNamespaceLabels(_ text: String) throws(SelectorError) {
        namespaceLabels = try LabelSelector(parsing: text)
    }
}
