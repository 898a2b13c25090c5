import Addresses
import ArgumentParser
import Registry
import ServiceProxy

/// What a proxy is told about its node.
struct ProxyOptions: ParsableArguments {
    @Option(
        name: [.customLong("node-name"), .customLong("hostname-override")],
        help: ArgumentHelp(
            "The node's name, for endpoints that are local.",
            discussion: "Default: the host's name.",
            valueName: "name"
        )
    )
    var nodeName: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A block of pod addresses: other clients of cluster IPs are masqueraded.",
            discussion: "Default: the registry's pod blocks. `none` masquerades nobody.",
            valueName: "cidr"
        )
    )
    var clusterCidr: [String] = []

    @Option(
        name: [.customLong("nodeport-addresses")],
        parsing: .singleValue,
        help: ArgumentHelp(
            "A block in which the host's addresses take traffic for node ports.",
            discussion: "Default: all of the host's addresses but loopback ones.",
            valueName: "cidr"
        )
    )
    var nodePortAddresses: [String] = []

    @Flag(help: "Masquerade all traffic to cluster IPs.")
    var masqueradeAll = false

    @Option(
        name: [.customLong("masquerade-bit"), .customLong("iptables-masquerade-bit")],
        help: ArgumentHelp("The bit of the packet mark that asks for masquerading.")
    )
    var masqueradeBit = 14

    func validate() throws {
        guard (0...31).contains(masqueradeBit) else {
            throw ValidationError("--masquerade-bit must be a number from 0 to 31")
        }
    }

    /// The settings of a proxy for a registry on this host.
    func settings(_ registry: RegistrySettings) throws -> ProxySettings {
        var pods = registry.podCIDRs
        if clusterCidr == ["none"] {
            pods = []
        } else if !clusterCidr.isEmpty {
            pods = try ProxyOptions.blocks(clusterCidr, "--cluster-cidr")
        }
        return ProxySettings(
            nodeName: nodeName ?? HostFacts.nodeName,
            clusterCIDRs: pods,
            serviceCIDRs: registry.serviceCIDRs,
            nodePortAddresses: try ProxyOptions.blocks(nodePortAddresses, "--nodeport-addresses"),
            masqueradesAll: masqueradeAll,
            masqueradeBit: masqueradeBit,
            hasIPv6: HostFacts.hasIPv6
        )
    }

    private static func blocks(_ texts: [String], _ flag: String) throws -> [CIDRBlock] {
        // kube-proxy takes lists with commas for the same flags.
        try texts.flatMap { $0.split(separator: ",") }.map { text in
            guard let block = CIDRBlock(String(text)) else {
                throw Failure("\(flag): \(text) is not a block like 10.244.0.0/16", status: .usage)
            }
            return block
        }
    }
}
