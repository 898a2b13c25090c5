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
        podKeys[ServiceKey(namespace: pod.metadata.namespace, name: pod.metadata.name)] = keys
    }

    /// Forgets a pod.
    public mutating func removePod(namespace: String, name: String) {
        let podKey = ServiceKey(namespace: namespace, name: name)
        for key in podKeys.removeValue(forKey: podKey) ?? [] {
            let count = (podCounts[key] ?? 1) - 1
            podCounts[key] = count > 0 ? count : nil
            if count == 0 { pods.remove(KeyRecord(key)) }
        }
    }
}
