internal import Corefile
internal import DNSWire
internal import Upstreams

extension PluginDirective {
    /// `forward FROM TO... { … }`: asks upstream servers.
    static let forward = PluginDirective(
        name: "forward",
        manual: forwardManual,
        make: makeForward
    )

    private static func makeForward(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var warnings: [String] = []
        let current = context
        let stanzas = try directives.readEach { cursor in
            try ForwardStanza(&cursor, current, &warnings)
        }
        context.warnings += warnings
        context.settings.takesOtherClasses = true
        var rules: [ForwardRule] = []
        var errors: [CorefileError] = []
        for (stanza, directive) in zip(stanzas, directives) {
            guard !stanza.settings.endpoints.isEmpty else { continue }
            do throws(UpstreamFailure) {
                let upstreams = try RuleUpstreams(
                    stanza.settings,
                    loop: context.services.loop,
                    metrics: context.services.metrics
                )
                rules.append(
                    ForwardRule(
                        from: stanza.zone,
                        exceptions: stanza.exceptions,
                        upstreams: upstreams,
                        passedOn: stanza.passedOn,
                        passesOnNoData: stanza.passesOnNoData
                    )
                )
            } catch {
                let cursor = directive.cursor()
                errors.append(cursor.error("forward: \(error)"))
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return ForwardPlugin(rules: rules)
    }
}
