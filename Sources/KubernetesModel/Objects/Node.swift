import OrderedCollections

/// A node: the machine that pods run on.
public struct Node: Sendable, Equatable {
    /// The label that names the zone a node is in.
    public static let zoneLabel = "topology.kubernetes.io/zone"

    /// The node's metadata.
    public var metadata: ObjectMeta

    /// The node's name.
    public var name: String { metadata.name }
    /// The zone the node is in; empty if not known.
    public var zone: String { metadata.labels[Self.zoneLabel] ?? "" }

    /// Creates a node.
    public init(metadata: ObjectMeta) { self.metadata = metadata }
}
