public import Addresses

/// What a registry was created with: its domain and the ranges that it allocates from.
public struct RegistrySettings: Sendable, Hashable {
    /// The cluster's domain, without a trailing dot.
    public var clusterDomain: String
    /// The blocks of cluster IPs, one per family, primary first.
    public var serviceCIDRs: [CIDRBlock]
    /// The blocks of pod IPs, one per family, primary first.
    public var podCIDRs: [CIDRBlock]
    /// The node ports.
    public var nodePorts: ClosedRange<Int>
    /// The blocks of load-balancer addresses, tried in order for each family.
    public var loadBalancerPools: [CIDRBlock]

    /// Creates settings.
    public init(
        clusterDomain: String,
        serviceCIDRs: [CIDRBlock],
        podCIDRs: [CIDRBlock],
        nodePorts: ClosedRange<Int>,
        loadBalancerPools: [CIDRBlock]
    ) {
        self.clusterDomain = clusterDomain
        self.serviceCIDRs = serviceCIDRs
        self.podCIDRs = podCIDRs
        self.nodePorts = nodePorts
        self.loadBalancerPools = loadBalancerPools
    }

    /// The settings of a registry that was created without any.
    ///
    /// The load-balancer pools are the last /24 of 172.16.0.0/12 (RFC 1918 §3), far from what
    /// Docker hands out, and a unique local IPv6 block (RFC 4193).
    public static let standard = RegistrySettings(
        clusterDomain: "cluster.local",
        serviceCIDRs: blocks("10.96.0.0/16", "fd00:10:96::/112"),
        podCIDRs: blocks("10.244.0.0/16", "fd00:10:244::/64"),
        nodePorts: 30_000...32_767,
        loadBalancerPools: blocks("172.31.255.0/24", "fd00:172:31:255::/112")
    )

    private static func blocks(_ texts: String...) -> [CIDRBlock] {
        texts.compactMap(CIDRBlock.init)
    }
}

/// The settings that somebody asks for explicitly when opening a registry; nil means as it is.
public struct RequestedSettings: Sendable, Hashable {
    /// The cluster's domain.
    public var clusterDomain: String?
    /// The blocks of cluster IPs.
    public var serviceCIDRs: [CIDRBlock]?
    /// The blocks of pod IPs.
    public var podCIDRs: [CIDRBlock]?
    /// The node ports.
    public var nodePorts: ClosedRange<Int>?
    /// The blocks of load-balancer addresses.
    public var loadBalancerPools: [CIDRBlock]?

    /// Creates a request.
    public init(
        clusterDomain: String? = nil,
        serviceCIDRs: [CIDRBlock]? = nil,
        podCIDRs: [CIDRBlock]? = nil,
        nodePorts: ClosedRange<Int>? = nil,
        loadBalancerPools: [CIDRBlock]? = nil
    ) {
        self.clusterDomain = clusterDomain
        self.serviceCIDRs = serviceCIDRs
        self.podCIDRs = podCIDRs
        self.nodePorts = nodePorts
        self.loadBalancerPools = loadBalancerPools
    }

    /// The settings of a new registry: what was asked for, the rest as usual.
    func settings(basedOn base: RegistrySettings) -> RegistrySettings {
        RegistrySettings(
            clusterDomain: clusterDomain ?? base.clusterDomain,
            serviceCIDRs: serviceCIDRs ?? base.serviceCIDRs,
            podCIDRs: podCIDRs ?? base.podCIDRs,
            nodePorts: nodePorts ?? base.nodePorts,
            loadBalancerPools: loadBalancerPools ?? base.loadBalancerPools
        )
    }
}
