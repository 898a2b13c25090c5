internal import Addresses
internal import DNSWire
public import KubernetesModel

extension ClusterIndex {
    /// Takes over a slice that was added or modified.
    public mutating func update(_ slice: EndpointSlice) {
        guard !options.ignoresEndpoints else { return }
        let sliceKey = ServiceKey(namespace: slice.metadata.namespace, name: slice.metadata.name)
        let key = ServiceKey(namespace: slice.metadata.namespace, name: slice.serviceName)
        if let previous = serviceOfSlice[sliceKey], previous != key {
            removeSlice(namespace: sliceKey.namespace, name: sliceKey.name)
        }
        guard !slice.serviceName.isEmpty else { return }
        let data = sliceData(slice)
        guard states[key]?.content.slices[sliceKey.name] != data else { return }
        serviceOfSlice[sliceKey] = key
        states[key, default: ServiceState()].content.slices[sliceKey.name] = data
        dirty.insert(key)
    }

    /// Forgets a slice.
    public mutating func removeSlice(namespace: String, name: String) {
        let sliceKey = ServiceKey(namespace: namespace, name: name)
        guard let key = serviceOfSlice.removeValue(forKey: sliceKey) else { return }
        states[key]?.content.slices[name] = nil
        dirty.insert(key)
    }

    /// What DNS needs of a slice: its ready endpoints, ready meaning true or not said.
    private func sliceData(_ slice: EndpointSlice) -> SliceData {
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
                    EndpointData(address: address, label: label(endpoint, address: text))
                )
            }
        }
        return SliceData(ports: ports, endpoints: endpoints)
    }

    /// The label of an endpoint (CoreDNS `endpointHostname`).
    ///
    /// It is the hostname, else the pod's name where that is asked for, else the address with
    /// dashes. A trailing dash gets a zero behind it.
    private func label(_ endpoint: Endpoint, address: String) -> String {
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

    /// Rebuilds the records of a service, and the names of the addresses that came or went.
    mutating func rebuild(_ key: ServiceKey) {
        guard var state = states[key] else { return }
        if let old = state.records, state.content.service == nil { services.remove(old) }
        state.records = state.content.service.map {
            ServiceRecords($0, slices: state.content.orderedSlices)
        }
        if let records = state.records { services.insert(records) }
        updateNames(key, from: state.shown, to: state.content)
        state.shown = state.content
        let isEmpty = state.content.service == nil && state.content.slices.isEmpty
        states[key] = isEmpty ? nil : state
    }
}
