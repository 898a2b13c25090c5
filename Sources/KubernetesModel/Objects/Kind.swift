/// The kinds of Kubernetes objects that the registry holds.
///
/// The raw value is the API's `kind`.
public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A namespace; cluster-scoped.
    case namespace = "Namespace"
    /// A node; cluster-scoped.
    case node = "Node"
    /// A service.
    case service = "Service"
    /// A pod.
    case pod = "Pod"
    /// A slice of a service's endpoints.
    case endpointSlice = "EndpointSlice"
    /// The legacy endpoints object, mirrored to slices.
    case endpoints = "Endpoints"
    /// A workload that becomes simulated pods.
    case deployment = "Deployment"
    /// A workload that becomes simulated pods.
    case replicaSet = "ReplicaSet"
    /// A workload that becomes simulated pods with ordinal names.
    case statefulSet = "StatefulSet"
    /// A workload that becomes one simulated pod.
    case daemonSet = "DaemonSet"
}
