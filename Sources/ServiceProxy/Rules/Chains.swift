internal import Addresses
internal import KubernetesModel

/// The chains that services share: what they do depends on the number of endpoints, not on whose
/// they are.
///
/// A packet's way: `services` looks its destination up and goes to one of these; that one asks for
/// masquerading if it must, picks a slot at random, and finds the endpoint in the map of backends
/// under the destination and the slot. So a service is nothing but elements of maps, and a change
/// of its endpoints touches no chain (docs/decisions/0014).
struct SharedChains {
    let settings: ProxySettings
    let family: IPFamily
    let transport: TransportProtocol
    /// Whether traffic came in by node port rather than by address.
    let isNodePort: Bool

    /// Which endpoints.
    enum Scope: String {
        /// Those that the policy says.
        case near
        /// Those of the whole cluster, where the policy says local.
        case far

        /// The first slot in the map of backends.
        var offset: Int { self == .near ? 0 : 65_536 }
    }

    private var middle: String {
        "-\(transport.keyword)\(isNodePort ? "-port" : "")\(family.digit)"
    }

    /// The chain that picks one of `count` endpoints.
    func pick(_ scope: Scope, _ count: Int, _ chains: inout [String: [String]]) -> String {
        let name = "\(scope.rawValue)\(middle)-\(count)"
        let holder = Holder(
            role: isNodePort ? .nodePortBackends : .backends,
            family: family,
            transport: transport
        )
        let port = "\(transport.keyword) dport"
        let key = isNodePort ? port : "\(family.keyword) daddr . \(port)"
        // The second rule is for a packet that meets a change on its way, and finds its slot gone:
        // the first slot is there before and after.
        chains[name] = (count == 1 ? [1] : [count, 1]).map { modulus in
            let offset = scope.offset == 0 ? "" : " offset \(scope.offset)"
            return "dnat \(family.keyword) to \(key) . numgen random mod \(modulus)\(offset)"
                + " map @\(holder.name)"
        }
        return name
    }

    /// The chain for traffic to cluster IPs.
    func cluster(_ count: Int, _ chains: inout [String: [String]]) -> String {
        let name = "cluster\(middle)-\(count)"
        let next = pick(.near, count, &chains)
        chains[name] = masquerading + ["goto \(next)"]
        return name
    }

    /// The chain for traffic from outside, to any node's endpoints.
    func external(_ count: Int, _ chains: inout [String: [String]]) -> String {
        let name = "external\(middle)-\(count)"
        let next = pick(.near, count, &chains)
        chains[name] = ["jump \(StaticRules.mark)", "goto \(next)"]
        return name
    }

    /// The chain for traffic from outside that must stay on this node.
    ///
    /// - Parameters:
    ///   - local: The number of local endpoints; with none, traffic falls through, and is dropped.
    ///   - cluster: The number of all endpoints, for pods and processes of this node.
    ///   - chains: The chains, to which those are added that are needed.
    /// - Returns: The chain's name.
    func externalLocal(
        _ local: Int,
        _ cluster: Int,
        _ chains: inout [String: [String]]
    ) -> String {
        let name = "external-local\(middle)-\(local)-\(cluster)"
        let far = pick(.far, cluster, &chains)
        let near = local == 0 ? nil : pick(.near, local, &chains)
        chains[name] = localPolicy(far: far, near: near)
        return name
    }

    /// The rules that ask for masquerading where answers would not come back otherwise.
    var masquerading: [String] {
        if settings.masqueradesAll { return ["jump \(StaticRules.mark)"] }
        guard let pods = settings.pods(family) else { return [] }
        return ["\(family.keyword) saddr != \(pods) jump \(StaticRules.mark)"]
    }

    /// The rules of an external traffic policy of Local: neither pods nor processes of this node
    /// are subject to it.
    func localPolicy(far: String, near: String?) -> [String] {
        var rules: [String] = []
        if let pods = settings.pods(family) {
            rules.append("\(family.keyword) saddr \(pods) goto \(far)")
        }
        rules.append("fib saddr type local jump \(StaticRules.mark)")
        rules.append("fib saddr type local goto \(far)")
        if let near { rules.append("goto \(near)") }
        return rules
    }
}

extension ProxySettings {
    /// The pods' blocks of a family as an anonymous set; nil if there are none.
    func pods(_ family: IPFamily) -> String? { ProxySettings.blocks(clusterCIDRs, family) }

    /// Blocks of a family as an anonymous set; nil if there are none.
    static func blocks(_ blocks: [CIDRBlock], _ family: IPFamily) -> String? {
        let texts = blocks.filter { $0.base.isIPv4 == (family == .ipv4) }.map(\.description)
        return texts.isEmpty ? nil : "{ \(Set(texts).sorted().joined(separator: ", ")) }"
    }

    /// The families that rules are made for.
    var families: [IPFamily] { hasIPv6 ? [.ipv4, .ipv6] : [.ipv4] }
}
