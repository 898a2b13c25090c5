public import KubernetesModel

/// The `/etc/hosts` that the kubelet mounts into a pod's containers.
///
/// - SeeAlso: `kubelet_pods.go` (`managedHostsFileContent`, `nodeHostsFileContent`).
public enum HostsFile {
    /// The file of a pod with a network of its own.
    ///
    /// - Parameters:
    ///   - pod: The pod, whose addresses and aliases are listed; no other pod is.
    ///   - name: The pod's names.
    /// - Returns: The file's content.
    public static func text(pod: Pod, name: PodHostname) -> String {
        var text = """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters

            """
        for address in pod.podIPs {
            let names = name.domain.isEmpty ? name.hostname : "\(name.fullName)\t\(name.hostname)"
            text += "\(address)\t\(names)\n"
        }
        return text + aliases(pod)
    }

    /// The file of a pod on the host's network.
    ///
    /// - Parameters:
    ///   - pod: The pod, whose aliases are listed.
    ///   - nodeFile: The content of the node's own file.
    /// - Returns: The file's content.
    public static func text(pod: Pod, nodeFile: String) -> String {
        "# Kubernetes-managed hosts file (host network).\n" + nodeFile + aliases(pod)
    }

    private static func aliases(_ pod: Pod) -> String {
        guard !pod.hostAliases.isEmpty else { return "" }
        return "\n# Entries added by HostAliases.\n"
            + pod.hostAliases.map { alias in
                ([alias.ip] + alias.hostnames).joined(separator: "\t") + "\n"
            }.joined()
    }
}
