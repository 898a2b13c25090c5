internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `metadata [ZONES…]`: for which names plugins tell what they know.
    static let metadata = PluginDirective(
        name: "metadata",
        manual: metadataManual,
        make: makeMetadata
    )

    private static let metadataManual = PluginManual(
        name: "metadata",
        summary: "Lets plugins tell what they know of a query.",
        syntax: "metadata [ZONES...]",
        details: [
            """
            For queries of a name in `ZONES`, or without zones in those of the server block, \
            plugins of the block name what they know by `PLUGIN/LABEL`, before the query goes \
            through the chain. `log` writes such a value for `{/PLUGIN/LABEL}`, `view` and \
            `template` read it with `metadata('PLUGIN/LABEL')`, templates also with \
            `{{ .Meta "PLUGIN/LABEL" }}`, and `rewrite edns0` sends it with `{PLUGIN/LABEL}`.
            """
        ],
        example: """
            . {
                metadata
                log . "{remote} {name} {/kubernetes/namespace}"
                kubernetes cluster.local
            }
            """
    )

    private static func makeMetadata(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let blockZones = context.zones
        let zones = try directives.readEach { cursor in try cursor.zones(or: blockZones) }
        context.settings.metadataZones += zones.flatMap { $0 }
        return nil
    }
}
