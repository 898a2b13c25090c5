public import Addresses

/// What the proxy is told about its node and its network.
public struct ProxySettings: Sendable, Equatable {
    /// The node's name: endpoints that carry it, or none, are local.
    public var nodeName: String
    /// The zone that the node is in; empty if there is none.
    public var zone: String
    /// The blocks of pod addresses; traffic to cluster IPs from elsewhere is masqueraded.
    public var clusterCIDRs: [CIDRBlock]
    /// The blocks of cluster IPs; traffic to addresses in them that no service has is dropped.
    public var serviceCIDRs: [CIDRBlock]
    /// The blocks in which the node's addresses must be to take traffic for node ports; empty for
    /// all of the node's addresses but its loopback ones.
    public var nodePortAddresses: [CIDRBlock]
    /// Whether all traffic to cluster IPs is masqueraded.
    public var masqueradesAll: Bool
    /// The bit of the packet mark that asks for masquerading, 0…31.
    public var masqueradeBit: Int
    /// Whether rules for IPv6 are made.
    public var hasIPv6: Bool

    /// Creates settings; kube-proxy's defaults where nothing is given.
    public init(
        nodeName: String,
        zone: String = "",
        clusterCIDRs: [CIDRBlock] = [],
        serviceCIDRs: [CIDRBlock] = [],
        nodePortAddresses: [CIDRBlock] = [],
        masqueradesAll: Bool = false,
        masqueradeBit: Int = 14,
        hasIPv6: Bool = true
    ) {
        self.nodeName = nodeName
        self.zone = zone
        self.clusterCIDRs = clusterCIDRs
        self.serviceCIDRs = serviceCIDRs
        self.nodePortAddresses = nodePortAddresses
        self.masqueradesAll = masqueradesAll
        self.masqueradeBit = masqueradeBit
        self.hasIPv6 = hasIPv6
    }
}
