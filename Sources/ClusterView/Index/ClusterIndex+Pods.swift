internal import Addresses
public import KubernetesModel

extension ClusterIndex {
    /// Takes over a pod that was added or modified; pods that have ended have no name.
    public mutating func update(_ pod: Pod) {
        guard options.indexesPods else { return }
        removePod(namespace: pod.metadata.namespace, name: pod.metadata.name)
        guard options.shows(pod.metadata.labels), pod.phase == .pending || pod.phase == .running,
            let namespace = wireLabel(pod.metadata.namespace)
        else { return }
        let keys = pod.podIPs.compactMap { IPAddress($0) }.map { namespace + $0.octets }
        for key in keys {
            podCounts[key, default: 0] += 1
            pods.insert(KeyRecord(key))
        }
        if options.indexesClients { addClient(pod, keys) }
        podKeys[ServiceKey(namespace: pod.metadata.namespace, name: pod.metadata.name)] = keys
    }

    /// Forgets a pod.
    public mutating func removePod(namespace: String, name: String) {
        let podKey = ServiceKey(namespace: namespace, name: name)
        for key in podKeys.removeValue(forKey: podKey) ?? [] {
            let count = (podCounts[key] ?? 1) - 1
            podCounts[key] = count > 0 ? count : nil
            if count == 0 { pods.remove(KeyRecord(key)) }
            if options.indexesClients { removeClient(podKey, key) }
        }
    }

    /// Tells who asks from a pod's addresses.
    private mutating func addClient(_ pod: Pod, _ keys: [[UInt8]]) {
        let client = ClientPod(
            namespace: pod.metadata.namespace,
            name: pod.metadata.name,
            labels: pod.metadata.labels.map { ClientPod.Label(name: $0.key, value: $0.value) }
        )
        for address in keys.map(ClusterIndex.address) {
            clients.insert(ClientRecord(address, clients.pods(at: address) + [client]))
        }
    }

    private mutating func removeClient(_ pod: ServiceKey, _ key: [UInt8]) {
        let address = ClusterIndex.address(key)
        let rest = clients.pods(at: address).filter {
            $0.namespace != pod.namespace || $0.name != pod.name
        }
        let record = ClientRecord(address, rest)
        if rest.isEmpty { clients.remove(record) } else { clients.insert(record) }
    }

    /// The address in a key of the pod trie, behind the label of the namespace.
    private static func address(_ key: [UInt8]) -> [UInt8] {
        Array(key.dropFirst(Int(key.first ?? 0) + 1))
    }
}
