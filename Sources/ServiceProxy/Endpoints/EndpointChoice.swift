/// The backends that get traffic (kube-proxy topology.go, `CategorizeEndpoints`).
struct EndpointChoice: Equatable {
    /// The backends for traffic that may go to any node.
    var cluster: [Backend]
    /// The backends for traffic that must stay on this node.
    var local: [Backend]

    /// Whether any node has a backend.
    var isServed: Bool { !cluster.isEmpty }

    /// Chooses among all backends of a port.
    ///
    /// Ready ones; if there are none, those that end and still serve, as the last resort.
    init(_ all: [Backend], nodeName: String, zone: String) {
        let ready = all.filter(\.isReady)
        let near = EndpointChoice.followHints(ready, nodeName, zone)
        cluster = near.isEmpty ? all.filter(\.isServingToItsEnd) : near
        let localReady = ready.filter(\.isLocal)
        local = localReady.isEmpty ? all.filter { $0.isLocal && $0.isServingToItsEnd } : localReady
        cluster = Array(cluster.prefix(ProxyLimits.endpointsMax))
        local = Array(local.prefix(ProxyLimits.endpointsMax))
    }

    /// Those that are meant for this node, or else for its zone; all of them unless every one
    /// carries such a hint and one is for here.
    private static func followHints(
        _ ready: [Backend],
        _ nodeName: String,
        _ zone: String
    ) -> [Backend] {
        if ready.allSatisfy({ !$0.hintNodes.isEmpty }) {
            let mine = ready.filter { $0.hintNodes.contains(nodeName) }
            if !mine.isEmpty { return mine }
        }
        if !zone.isEmpty, ready.allSatisfy({ !$0.hintZones.isEmpty }) {
            let mine = ready.filter { $0.hintZones.contains(zone) }
            if !mine.isEmpty { return mine }
        }
        return ready
    }
}
