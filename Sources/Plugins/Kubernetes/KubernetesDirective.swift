internal import ClusterView
internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `kubernetes [ZONES…] { … }`: cluster names from a registry.
    static let kubernetes = PluginDirective(
        name: "kubernetes",
        manual: kubernetesManual,
        make: makeKubernetes
    )

    private static func makeKubernetes(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        let current = context
        var options = try directives[0].read { cursor in
            try KubernetesOptions(&cursor, current)
        }
        guard let primary = options.zones.first(where: { !isReverse($0) }) else {
            throw CorefileErrors([
                CorefileError(
                    at: directives[0].position,
                    "kubernetes: non-reverse zone name must be used",
                    mend: "add the cluster's domain, such as cluster.local"
                )
            ])
        }
        options.request.options.indexesExternals = context.directives.contains("k8s_external")
        let tellsClients = options.podMode == .verified && context.directives.contains("metadata")
        options.request.options.indexesClients = tellsClients
        let served = options.zones.map { zone in
            var settings = ClusterZone.Settings(zone: zone.octets, primaryZone: primary.octets)
            settings.timeToLive = options.timeToLive
            settings.podMode = options.podMode
            settings.namespaces = options.namespaces
            settings.ignoresEmptyServices = options.ignoresEmptyServices
            settings.serverAddresses = current.ownAddresses
            return ClusterZone(settings)
        }
        let shown = ShownCluster(
            zones: options.zones,
            forwardZones: options.zones.filter { !isReverse($0) },
            viewIndex: context.index(of: options.request),
            timeToLive: options.timeToLive,
            namespaces: Set(options.namespaces.map { $0.lowercased() }),
            serverAddresses: context.ownAddresses,
            tellsClients: tellsClients
        )
        return KubernetesPlugin(zones: served, shown: shown, passedOn: options.passedOn)
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
