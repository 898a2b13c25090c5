internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `loop`: finds upstreams that send queries back here.
    static let loop = PluginDirective(name: "loop", manual: loopManual, make: makeLoop)

    private static let loopManual = PluginManual(
        name: "loop",
        summary: "Finds upstreams that send queries back here, and asks them no more.",
        syntax: "loop",
        details: [
            """
            At the start each upstream of the block's `forward` is asked for `HINFO` of a name \
            made \
            up by chance. If that query comes in here, the upstream leads back: it is not asked \
            any more, and the log says so. A reload tries it again.
            """
        ],
        metrics: [("martlet_loop_detected_total", "upstreams found to lead back")],
        differences: [
            "The process goes on without the upstream; CoreDNS ends, and is restarted for ever."
        ],
        example: """
            . {
                loop
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeLoop(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        _ = try directives.readEach { cursor in try cursor.noMoreArguments() }
        let plugin = LoopPlugin(zone: context.zones.first ?? .root, context.services)
        context.whenComplete { context throws(CorefileErrors) in
            let forwards = context.plugins.compactMap { $0 as? ForwardPlugin }
            plugin.watch(forwards.flatMap(\.rules))
        }
        return plugin
    }
}
