/// Where a pod's resolver configuration comes from (`spec.dnsPolicy`).
///
/// The raw value is the API's.
public enum DNSPolicy: String, Sendable, Hashable, CaseIterable {
    /// The cluster's name servers, unless the pod uses the host's network.
    case clusterFirst = "ClusterFirst"
    /// The cluster's name servers, whatever network the pod uses.
    case clusterFirstWithHostNet = "ClusterFirstWithHostNet"
    /// The host's configuration.
    case `default` = "Default"
    /// Nothing but what `spec.dnsConfig` says.
    case none = "None"

    /// What a policy leads to (`kubelet dns.go`, `getPodDNSType`).
    enum Source: Hashable {
        /// The cluster's name servers and search list.
        case cluster
        /// The host's configuration.
        case host
        /// An empty configuration.
        case nothing
    }

    /// The source that the policy means for a pod on the host's network or on its own.
    ///
    /// `ClusterFirst` silently behaves as `Default` on the host's network.
    func source(hostNetwork: Bool) -> Source {
        switch self {
        case .clusterFirst: hostNetwork ? .host : .cluster
        case .clusterFirstWithHostNet: .cluster
        case .default: .host
        case .none: .nothing
        }
    }
}
