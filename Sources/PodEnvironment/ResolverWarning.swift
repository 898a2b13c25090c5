/// Something that the kubelet would do and tell about in an event of the pod.
public enum ResolverWarning: Sendable, Hashable, CustomStringConvertible {
    /// Name servers beyond the limit were left out.
    case nameserversOmitted(applied: [String])
    /// Search entries beyond the limits were left out.
    case searchesOmitted(applied: [String])
    /// The policy asks for the cluster's name servers, but none is known.
    case missingClusterNameservers(policy: String)
    /// The policy is not one of Kubernetes.
    case unknownPolicy(String)

    /// The event's reason.
    public var reason: String {
        switch self {
        case .nameserversOmitted, .searchesOmitted: "DNSConfigForming"
        case .missingClusterNameservers: "MissingClusterDNS"
        case .unknownPolicy: "InvalidDNSPolicy"
        }
    }

    /// The event's message.
    public var description: String {
        switch self {
        case .nameserversOmitted(let applied):
            "Nameserver limits were exceeded, some nameservers have been omitted, the applied"
                + " nameserver line is: \(applied.joined(separator: " "))"
        case .searchesOmitted(let applied):
            "Search Line limits were exceeded, some search paths have been omitted, the applied"
                + " search line is: \(applied.joined(separator: " "))"
        case .missingClusterNameservers(let policy):
            "kubelet does not have ClusterDNS IP configured and cannot create Pod using"
                + " \"\(policy)\" policy. Falling back to \"Default\" policy."
        case .unknownPolicy(let policy):
            "DNS policy \"\(policy)\" is not one of"
                + " \(DNSPolicy.allCases.map(\.rawValue).joined(separator: ", ")): treated as"
                + " ClusterFirst"
        }
    }
}
