public import KubernetesModel

/// What connections are forwarded to: a pod, a service, or a workload's pods.
public struct ForwardTarget: Sendable, Hashable, CustomStringConvertible {
    /// The object's identity.
    public var key: ObjectKey

    /// Creates a target.
    ///
    /// - Throws: ``PortForwardError`` if objects of the kind lead to no pods.
    public init(_ key: ObjectKey) throws(PortForwardError) {
        switch key.kind {
        case .pod, .service, .deployment, .replicaSet, .statefulSet, .daemonSet: self.key = key
        case .namespace, .node, .endpointSlice, .endpoints:
            throw PortForwardError(
                .refused,
                "cannot attach to a \(key.kind.rawValue): name a pod, a service or a workload"
            )
        }
    }

    /// The target as kubectl writes it: `service/web`.
    public var description: String { "\(key.kind.rawValue.lowercased())/\(key.name)" }
}
