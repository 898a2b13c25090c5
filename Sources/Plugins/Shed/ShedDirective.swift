internal import Corefile

extension PluginDirective {
    /// `shed`: drop replies rather than wait.
    static let shed = PluginDirective(name: "shed", manual: shedManual, make: makeShed)

    private static let shedManual = PluginManual(
        name: "shed",
        summary: "Drops replies over UDP that the system can't send at once, rather than wait.",
        syntax: "shed",
        details: [
            """
            When more queries come in than the network takes replies, waiting makes every reply \
            late. A dropped one is asked for again by its client. Replies over TCP are not \
            concerned.
            """
        ],
        metrics: [
            (
                "coredns_shed_dropped_total{server, reason}",
                "what was dropped: `reason` is `response`, or `query` before it was answered"
            )
        ],
        differences: [
            """
            Workers have no queue of unsent replies with or without the directive: what it changes \
            is whether a worker waits for a full socket.
            """,
            "In server blocks of other transports it has no effect, rather than being an error.",
        ],
        example: """
            . {
                shed
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeShed(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        _ = try directives.readEach { cursor in try cursor.noMoreArguments() }
        context.settings.shedsLoad = true
        return nil
    }
}
