public import Addresses
public import KubernetesModel

/// Everything that a pod's resolver configuration depends on.
public struct ResolverRequest: Sendable {
    /// What stands in for a host's `resolv.conf`.
    public enum Host: Sendable, Hashable {
        /// A file that was read.
        case file(HostResolverConfiguration)
        /// No file (`--resolv-conf ""`): a server on the node itself, one for each node address.
        case unset(nodeAddresses: [IPAddress])
    }

    /// `spec.dnsPolicy`, as written; unknown policies count as `ClusterFirst`.
    public var policy: String
    /// `spec.hostNetwork`.
    public var hostNetwork: Bool
    /// The pod's namespace.
    public var namespace: String
    /// `spec.dnsConfig`, if given.
    public var dnsConfig: PodDNSConfig?
    /// The cluster's name servers, in order.
    public var clusterNameservers: [String]
    /// The cluster's domain, such as `cluster.local`; empty for no cluster search entries.
    public var clusterDomain: String
    /// The host's own configuration.
    public var host: Host
    /// How the search list of a pod with the cluster's name servers is written.
    public var searchMode: SearchMode

    /// Creates a request.
    public init(
        policy: String = DNSPolicy.clusterFirst.rawValue,
        hostNetwork: Bool = false,
        namespace: String = "default",
        dnsConfig: PodDNSConfig? = nil,
        clusterNameservers: [String] = [],
        clusterDomain: String = "cluster.local",
        host: Host = .file(HostResolverConfiguration()),
        searchMode: SearchMode = .plain
    ) {
        self.policy = policy
        self.hostNetwork = hostNetwork
        self.namespace = namespace
        self.dnsConfig = dnsConfig
        self.clusterNameservers = clusterNameservers
        self.clusterDomain = clusterDomain
        self.host = host
        self.searchMode = searchMode
    }

    /// Creates the request of a pod.
    public init(
        pod: Pod,
        clusterNameservers: [String],
        clusterDomain: String,
        host: Host,
        searchMode: SearchMode = .plain
    ) {
        self.init(
            policy: pod.dnsPolicy,
            hostNetwork: pod.hostNetwork,
            namespace: pod.metadata.namespace,
            dnsConfig: pod.dnsConfig,
            clusterNameservers: clusterNameservers,
            clusterDomain: clusterDomain,
            host: host,
            searchMode: searchMode
        )
    }
}
