internal import ClusterView
internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `kubernetes [ZONES…] { … }`: cluster names from a registry.
    static let kubernetes = PluginDirective(name: "kubernetes", make: makeKubernetes)

    private static func makeKubernetes(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var cursor = directives[0].cursor()
        let zones = try cursor.zones(or: context.zones)
        let options = try KubernetesOptions(&cursor)
        guard let primary = zones.first(where: { !isReverse($0) }) else {
            throw CorefileErrors([
                CorefileError(
                    at: directives[0].position,
                    "kubernetes: non-reverse zone name must be used",
                    mend: "add the cluster's domain, such as cluster.local"
                )
            ])
        }
        let serverAddresses = context.serverAddresses
        let served = zones.map { zone in
            var settings = ClusterZone.Settings(zone: zone.octets, primaryZone: primary.octets)
            settings.timeToLive = options.timeToLive
            settings.podMode = options.podMode
            settings.namespaces = options.namespaces
            settings.ignoresEmptyServices = options.ignoresEmptyServices
            settings.serverAddresses = serverAddresses
            return ClusterZone(settings)
        }
        return KubernetesPlugin(
            zones: served,
            viewIndex: context.index(of: options.request),
            passedOn: options.passedOn
        )
    }

    /// Whether a zone holds names of addresses.
    ///
    /// Unlike in CoreDNS, `in-addr.arpa` itself does.
    private static func isReverse(_ zone: Name) -> Bool {
        ["in-addr.arpa.", "ip6.arpa."].contains { suffix in
            Name(suffix).map { zone.isSubdomain(of: $0) } ?? false
        }
    }
}
