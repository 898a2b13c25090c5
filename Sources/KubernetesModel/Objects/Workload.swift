public import OrderedCollections

/// A workload whose pods Martlet simulates: a Deployment, ReplicaSet, StatefulSet or DaemonSet.
public struct Workload: Sendable, Equatable {
    /// The workload's kind.
    public var kind: Kind
    /// The workload's metadata.
    public var metadata: ObjectMeta
    /// How many pods there are to be; 1 by default, and always for a DaemonSet.
    public var replicas: Int
    /// The selector of the workload's pods.
    public var selector: LabelSelector
    /// The labels of the pods.
    public var templateLabels: OrderedDictionary<String, String>
    /// The annotations of the pods.
    public var templateAnnotations: OrderedDictionary<String, String>
    /// The pods' `spec`, as applied.
    public var podSpec: Fields
    /// The governing service of a StatefulSet, its pods' subdomain; empty for others.
    public var serviceName: String
    /// The ordinal of a StatefulSet's first pod.
    public var ordinalStart: Int

    /// Creates a workload.
    public init(
        kind: Kind,
        metadata: ObjectMeta,
        replicas: Int = 1,
        selector: LabelSelector = LabelSelector(),
        templateLabels: OrderedDictionary<String, String> = [:],
        templateAnnotations: OrderedDictionary<String, String> = [:],
        podSpec: Fields = [:],
        serviceName: String = "",
        ordinalStart: Int = 0
    ) {
        self.kind = kind
        self.metadata = metadata
        self.replicas = replicas
        self.selector = selector
        self.templateLabels = templateLabels
        self.templateAnnotations = templateAnnotations
        self.podSpec = podSpec
        self.serviceName = serviceName
        self.ordinalStart = ordinalStart
    }
}
