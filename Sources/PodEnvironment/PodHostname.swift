public import KubernetesModel

/// The names that a pod has inside itself.
///
/// - SeeAlso: `kubelet_pods.go` (`GeneratePodHostNameAndDomain`), KEP-1797.
public struct PodHostname: Sendable, Hashable {
    /// What `hostname` prints, unless ``nodename`` is the full name.
    public var hostname: String
    /// The domain; empty for a pod without a subdomain.
    public var domain: String
    /// The node name that the kernel is given.
    public var nodename: String

    /// The hostname and the domain, if there is one.
    public var fullName: String { domain.isEmpty ? hostname : "\(hostname).\(domain)" }

    /// Makes the names of a pod.
    ///
    /// - Parameters:
    ///   - pod: The pod.
    ///   - clusterDomain: The cluster's domain.
    ///   - nodeHostname: The node's hostname, which a pod on the host's network shares.
    /// - Throws: ``PodHostnameError`` if the kubelet would not start the pod.
    public init(
        pod: Pod,
        clusterDomain: String,
        nodeHostname: String
    ) throws(PodHostnameError) {
        // On the host's network the sandbox has no hostname of its own; `spec.hostname` and
        // `spec.subdomain` are silently ignored.
        guard !pod.hostNetwork else {
            hostname = nodeHostname
            domain = ""
            nodename = nodeHostname
            return
        }
        hostname = PodHostname.fitting(pod.hostname.isEmpty ? pod.metadata.name : pod.hostname)
        domain =
            pod.subdomain.isEmpty
            ? "" : "\(pod.subdomain).\(pod.metadata.namespace).svc.\(clusterDomain)"
        nodename = hostname
        guard pod.setHostnameAsFQDN, !domain.isEmpty else { return }
        nodename = fullName
        guard nodename.utf8.count <= Limits.nodenameOctetsMax else {
            throw PodHostnameError(fullName: nodename)
        }
    }

    /// A hostname cut to a label's length, without the dashes and dots that the cut may leave.
    private static func fitting(_ name: String) -> String {
        guard name.utf8.count > Limits.hostnameOctetsMax else { return name }
        var octets = name.utf8.prefix(Limits.hostnameOctetsMax)
        while let last = octets.last, last == UInt8(ascii: "-") || last == UInt8(ascii: ".") {
            octets.removeLast()
        }
        return String(decoding: octets, as: UTF8.self)
    }
}

/// The reason why a pod with `setHostnameAsFQDN` cannot start: its full name is too long.
public struct PodHostnameError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name that is too long.
    public var fullName: String

    /// What is wrong, and the mend.
    public var description: String {
        "the full name '\(fullName)' has \(fullName.utf8.count) octets, the kernel takes"
            + " \(Limits.nodenameOctetsMax): shorten spec.hostname or spec.subdomain, or unset"
            + " spec.setHostnameAsFQDN"
    }
}
