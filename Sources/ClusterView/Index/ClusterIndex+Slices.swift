internal import Addresses
public import KubernetesModel

extension ClusterIndex {
    /// Takes over a slice that was added or modified.
    public mutating func update(_ slice: EndpointSlice) {
        update(PreparedSlice(slice, options))
    }

    /// Takes over a slice that was added or modified.
    public mutating func update(_ slice: PreparedSlice) {
        guard !options.ignoresEndpoints else { return }
        let (sliceKey, key) = (slice.key, slice.service)
        if let previous = serviceOfSlice[sliceKey], previous != key {
            removeSlice(namespace: sliceKey.namespace, name: sliceKey.name)
        }
        guard !key.name.isEmpty else { return }
        let data = slice.data
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
