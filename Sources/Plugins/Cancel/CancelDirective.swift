internal import Corefile

extension PluginDirective {
    /// `cancel [TIMEOUT]`: how long a query may wait.
    static let cancel = PluginDirective(name: "cancel", manual: cancelManual, make: makeCancel)

    private static let cancelManual = PluginManual(
        name: "cancel",
        summary: "Limits how long a query may wait for upstreams.",
        syntax: "cancel [TIMEOUT]",
        details: [
            """
            A query that is not answered within `TIMEOUT`, 5001ms by default, is given up: it is \
            answered with SERVFAIL as soon as what it waits for has come or failed, and nothing \
            further is asked for it. Names that nobody else has to be asked for are not concerned.
            """
        ],
        example: """
            example.org {
                cancel 1s
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeCancel(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let timeouts = try directives.readEach { cursor -> Duration in
            let timeout: Duration =
                cursor.hasArgument
                ? try cursor.duration(in: .nanoseconds(1)...GoDuration.max) : .milliseconds(5_001)
            try cursor.noMoreArguments()
            return timeout
        }
        return timeouts.first.map { CancelPlugin(timeout: $0) }
    }
}
