internal import KubernetesModel

/// The part of the table that no service changes: sets, maps, base chains and what they lead to
/// (kube-proxy nftables/proxier.go, `setupNFTables`).
struct StaticRules {
    /// The chain that asks for masquerading.
    static let mark = "mark-for-masquerade"
    /// The chain that turns connections away.
    static let reject = "reject-connection"
    /// What names of empty chains that carry the layout's fingerprint begin with.
    static let layoutPrefix = "layout-"

    private let settings: ProxySettings

    init(_ settings: ProxySettings) { self.settings = settings }

    private var families: [IPFamily] { settings.families }

    /// The beginning of the layout's name that tells the sets, maps and hooks from all others: a
    /// table that has them can be brought up to date, any other is replaced.
    var shape: String {
        let hooks = chains.filter(\.isBase).map { "\($0.name) \($0.lines[0])\n" }.joined()
        return StaticRules.layoutPrefix + Fingerprint.text(declarations + hooks) + "-"
    }

    /// The name of an empty chain that tells this layout, with these settings, from all others.
    ///
    /// In a table that has it, only what differs is changed.
    var layout: String {
        let text = chains.map { "\($0.name)\n\($0.lines.joined(separator: "\n"))" }
            .joined(separator: "\n")
        let shared = SharedChains(
            settings: settings,
            family: .ipv4,
            transport: .tcp,
            isNodePort: false
        )
        let six = SharedChains(
            settings: settings,
            family: .ipv6,
            transport: .udp,
            isNodePort: true
        )
        var samples: [String: [String]] = [:]
        _ = shared.cluster(3, &samples)
        _ = shared.external(3, &samples)
        _ = shared.externalLocal(2, 3, &samples)
        _ = six.cluster(3, &samples)
        _ = six.externalLocal(2, 3, &samples)
        let rules = samples.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return shape + Fingerprint.text(text + rules.joined(separator: "\n"))
    }

    /// The declarations of sets and maps, without their elements.
    func declaration(_ holder: Holder) -> String {
        let address = holder.family.addressType
        let keyword = holder.family.keyword
        let slot = "numgen random mod 65536"
        // One map for each protocol: nft takes no other for the target of `dnat` with a port.
        let port = "\(holder.transport?.keyword ?? "th") dport"
        return switch holder.role {
        case .services, .unserved, .firewall:
            "type \(address) . inet_proto . inet_service : verdict"
        case .nodePorts, .unservedNodePorts: "type inet_proto . inet_service : verdict"
        case .backends:
            "typeof \(keyword) daddr . \(port) . \(slot) : \(keyword) daddr . \(port)"
        case .nodePortBackends: "typeof \(port) . \(slot) : \(keyword) daddr . \(port)"
        case .clusterIPs: "type \(address)"
        case .hairpin: "type \(address) . \(address)"
        }
    }

    /// The sets and maps of the services.
    var holders: [Holder] { families.flatMap(Holder.all) }

    private var declarations: String {
        holders.map { "\($0.name) \(declaration($0))\n" }.joined()
    }

    /// A chain: for a base chain its first line says the hook.
    struct Chain {
        var name: String
        var lines: [String]

        /// Whether packets come here from a hook.
        var isBase: Bool { lines.first?.hasPrefix("type ") == true }

        /// The rules, without the hook.
        var rules: [String] { isBase ? Array(lines.dropFirst()) : lines }
    }

    /// The chains, those first that others lead to.
    var chains: [Chain] {
        let bit = String(1 << settings.masqueradeBit, radix: 16)
        return [
            Chain(name: StaticRules.mark, lines: ["meta mark set meta mark or 0x\(bit)"]),
            Chain(
                name: StaticRules.reject,
                lines: ["meta l4proto tcp reject with tcp reset", "reject"]
            ),
            Chain(name: "firewall-check", lines: look(.firewall)),
            Chain(name: "no-endpoints-check", lines: look(.unserved)),
            Chain(name: "no-endpoint-nodeports-check", lines: lookAtPorts(.unservedNodePorts)),
            Chain(name: "cluster-ips-check", lines: clusterIPs),
            Chain(name: "services", lines: look(.services) + lookAtPorts(.nodePorts)),
            Chain(name: "masquerading", lines: masquerading(bit)),
        ] + baseChains
    }

    private var baseChains: [Chain] {
        let local = "fib daddr type local"
        // A cluster IP that this node has bound, as for its DNS server, is that server's while the
        // service has no endpoints.
        let bound = families.map { "\($0.keyword) daddr @cluster-ips\($0.digit) return" }
        return [
            base("filter-prerouting", "filter hook prerouting", -110, ["firewall-check"]),
            Chain(
                name: "filter-input",
                lines: [hook("filter hook input", -110)]
                    + ["ct state new jump no-endpoint-nodeports-check"] + bound
                    + ["ct state new jump no-endpoints-check"]
            ),
            base(
                "filter-forward",
                "filter hook forward",
                -110,
                ["no-endpoints-check", "cluster-ips-check"]
            ),
            Chain(
                name: "filter-output",
                lines: [
                    hook("filter hook output", -110), "ct state new jump firewall-check",
                    "\(local) return", "ct state new jump no-endpoints-check",
                ]
            ),
            Chain(
                name: "filter-output-post-dnat",
                lines: [
                    hook("filter hook output", -90), "\(local) return",
                    "ct state new jump cluster-ips-check",
                ]
            ),
            Chain(
                name: "nat-prerouting",
                lines: [hook("nat hook prerouting", -100), "jump services"]
            ),
            Chain(name: "nat-output", lines: [hook("nat hook output", -100), "jump services"]),
            Chain(
                name: "nat-postrouting",
                lines: [hook("nat hook postrouting", 100), "jump masquerading"]
            ),
        ]
    }

    private func hook(_ place: String, _ priority: Int) -> String {
        "type \(place) priority \(priority); policy accept;"
    }

    private func base(_ name: String, _ place: String, _ priority: Int, _ jumps: [String]) -> Chain
    {
        Chain(name: name, lines: [hook(place, priority)] + jumps.map { "ct state new jump \($0)" })
    }

    private func look(_ role: Holder.Role) -> [String] {
        families.map { family in
            let holder = Holder(role: role, family: family)
            return "\(family.keyword) daddr . meta l4proto . th dport vmap @\(holder.name)"
        }
    }

    /// Node ports are at all addresses of the node but loopback ones, or at those that were given.
    private func lookAtPorts(_ role: Holder.Role) -> [String] {
        families.compactMap { family in
            let holder = Holder(role: role, family: family)
            let loopback = family == .ipv4 ? "127.0.0.0/8" : "::1"
            var place = "\(family.keyword) daddr != \(loopback)"
            if !settings.nodePortAddresses.isEmpty {
                guard let blocks = ProxySettings.blocks(settings.nodePortAddresses, family) else {
                    return nil
                }
                place = "\(family.keyword) daddr \(blocks)"
            }
            return "\(place) fib daddr type local meta l4proto . th dport vmap @\(holder.name)"
        }
    }

    private var clusterIPs: [String] {
        families.flatMap { family in
            let known = "\(family.keyword) daddr @cluster-ips\(family.digit)"
            var rules = ["\(known) goto \(StaticRules.reject)"]
            if let blocks = ProxySettings.blocks(settings.serviceCIDRs, family) {
                rules.append("\(family.keyword) daddr \(blocks) drop")
            }
            return rules
        }
    }

    private func masquerading(_ bit: String) -> [String] {
        let hairpin = families.map { family in
            "ct status dnat \(family.keyword) saddr . \(family.keyword) daddr"
                + " @hairpin\(family.digit) masquerade fully-random"
        }
        return [
            "meta mark and 0x\(bit) != 0 meta mark set meta mark xor 0x\(bit)"
                + " masquerade fully-random"
        ] + hairpin
    }
}
