internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `k8s_external [ZONES…] { … }`: names for what services have outside of the cluster.
    static let k8sExternal = PluginDirective(
        name: "k8s_external",
        manual: k8sExternalManual,
        make: makeK8sExternal
    )

    static let k8sExternalManual = PluginManual(
        name: "k8s_external",
        summary: "Answers for the addresses that services have outside of the cluster.",
        syntax: "k8s_external [ZONES...]",
        details: [
            """
            `SERVICE.NAMESPACE.ZONE` has the addresses in a service's `spec.externalIPs` and those \
            of its load balancer; where the load balancer has a name, it is an alias of that. SRV \
            is answered there and at `_PORT._PROTOCOL.SERVICE.NAMESPACE.ZONE`. PTR of such \
            addresses is answered in the reverse zones among `ZONES`. The server block must have \
            `kubernetes`, whose namespaces and labels hold here too.
            """,
            """
            The zone's server is `ns1.APEX.ZONE`. With `transfer`, the zones can be transferred.
            """,
        ],
        options: [
            .init("apex LABEL", "The label below which the zone's server is.", standard: "dns"),
            .init("ttl SECONDS", "How long answers may be kept, 0 to 3600.", standard: "5"),
            .init(
                "headless",
                """
                Answers for headless services without external addresses too, and for their \
                endpoints: `ENDPOINT.SERVICE.NAMESPACE.ZONE`.
                """
            ),
            .init(
                "fallthrough [ZONES...]",
                "Passes unknown names on; with `ZONES` only those in them."
            ),
        ],
        differences: [
            "A load balancer's name is one alias, however many ports the service has.",
            "SRV records that point at a load balancer's name come without its addresses.",
            "Names that addresses have end with the first zone that is no reverse zone.",
        ],
        example: """
            . {
                kubernetes cluster.local
                k8s_external example.org {
                    headless
                }
            }
            """
    )

    private static func makeK8sExternal(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        let blockZones = context.zones
        let options = try directives[0].read { cursor in
            var options = K8sExternalOptions(zones: try cursor.zones(or: blockZones))
            try cursor.readOptions { option, cursor in
                switch option {
                case "apex": options.apex = try cursor.argument("a label").lowercased()
                case "ttl": options.timeToLive = try cursor.integer(in: 0...3600)
                case "headless": options.includesHeadless = true
                case "fallthrough": options.passedOn = try cursor.zones(or: [.root])
                default:
                    throw cursor.unknownOption(known: k8sExternalManual.optionNames)
                }
            }
            return options
        }
        let position = directives[0].position
        let plugin = K8sExternalPlugin(options)
        context.whenComplete { context throws(CorefileErrors) in
            let cluster = context.plugins.lazy.compactMap { $0 as? KubernetesPlugin }.first
            guard let cluster else {
                throw CorefileErrors([
                    CorefileError(
                        at: position,
                        "k8s_external: kubernetes plugin not loaded",
                        mend: "add 'kubernetes ZONE' to the server block"
                    )
                ])
            }
            plugin.attach(cluster.shown)
        }
        return plugin
    }
}

/// The options of a `k8s_external` block.
struct K8sExternalOptions: Sendable {
    /// The zones.
    var zones: [Name]
    /// The label below which the zone's server is.
    var apex = "dns"
    /// Seconds that answers may be kept.
    var timeToLive: UInt32 = 5
    /// Whether headless services and endpoints have names.
    var includesHeadless = false
    /// The zones whose unknown names are passed on; nil if none are.
    var passedOn: [Name]?

    /// The first zone that is no reverse zone.
    var primary: Name? { zones.first { !K8sExternalOptions.isReverse($0) } }

    private static func isReverse(_ zone: Name) -> Bool {
        ["in-addr.arpa.", "ip6.arpa."].contains { suffix in
            Name(suffix).map { zone.isSubdomain(of: $0) } ?? false
        }
    }
}
