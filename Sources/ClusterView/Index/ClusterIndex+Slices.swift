internal import Addresses
public import KubernetesModel

extension ClusterIndex {
    /// Takes over a slice that was added or modified.
    public mutating func update(_ slice: EndpointSlice) {
        update(PreparedSlice(slice, options))
    }

    /// Takes over a slice that was added or modified.
    ///
    /// - Returns: Whether that changes an answer.
    @discardableResult
    public mutating func update(_ slice: PreparedSlice) -> Bool {
        guard !options.ignoresEndpoints else { return false }
        let (sliceKey, key) = (slice.key, slice.service)
        if let previous = serviceOfSlice[sliceKey], previous != key.name {
            removeSlice(namespace: sliceKey.namespace, name: sliceKey.name)
        }
        guard !key.name.isEmpty else { return false }
        var data = slice.data
        guard states[key]?.content.slices[sliceKey.name] != data else { return false }
        data.endpoints.trim()
        willChange(key)
        serviceOfSlice[sliceKey] = key.name
        states[key, default: ServiceState()].content.slices[sliceKey.name] = data
        return true
    }

    /// Whether a service is headless; nil if it isn't there, or has no endpoints of its own.
    public func isHeadless(service name: String, namespace: String) -> Bool? {
        let key = ServiceKey(namespace: namespace, name: name)
        switch states[key]?.content.service?.shape {
        case .headless: return true
        case .virtual: return false
        default: return nil
        }
    }

    /// Forgets a slice.
    public mutating func removeSlice(namespace: String, name: String) {
        let sliceKey = ServiceKey(namespace: namespace, name: name)
        guard let service = serviceOfSlice.removeValue(forKey: sliceKey) else { return }
        let key = ServiceKey(namespace: namespace, name: service)
        willChange(key)
        states[key]?.content.slices[name] = nil
    }

    /// Rebuilds the records of a service, and the names of the addresses that came or went.
    ///
    /// - Parameters:
    ///   - key: The service.
    ///   - shown: What the current version shows of it.
    mutating func rebuild(_ key: ServiceKey, from shown: ServiceContent) {
        guard var state = states[key] else { return }
        if let old = state.records, state.content.service == nil { services.remove(old) }
        state.records = state.content.service.map {
            ServiceRecords($0, slices: state.content.orderedSlices)
        }
        if let records = state.records { services.insert(records) }
        updateNames(key, from: shown, to: state.content)
        let isEmpty = state.content.service == nil && state.content.slices.isEmpty
        states[key] = isEmpty ? nil : state
    }
}
