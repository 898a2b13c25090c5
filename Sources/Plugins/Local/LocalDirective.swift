internal import Corefile
internal import Metrics

extension PluginDirective {
    /// `local { localhost_prefix on|off }`: names that mean the asking host itself.
    static let local = PluginDirective(name: "local", manual: localManual, make: makeLocal)

    private static let localManual = PluginManual(
        name: "local",
        summary: "Answers names that mean the asking host itself, so that nobody else is asked.",
        syntax: "local",
        details: [
            """
            `localhost` and every name below it have the addresses 127.0.0.1 and ::1, and \
            `1.0.0.127.in-addr.arpa` points to `localhost`. Beside these, the zones `localhost`, \
            `0.in-addr.arpa`, `127.in-addr.arpa` and `255.in-addr.arpa` are empty. Records live \
            604800 seconds. With `debug`, a line is written for each query below `localhost` and \
            each that only begins with it.
            """
        ],
        options: [
            .init(
                "localhost_prefix on|off",
                """
                Whether names that begin with `localhost`, such as `localhost.example.org`, are \
                answered too: resolvers make them with search domains.
                """,
                standard: "on"
            )
        ],
        metrics: [
            (
                "coredns_local_localhost_requests_total",
                "queries below `localhost`, and those that begin with it"
            )
        ],
        example: """
            . {
                local
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeLocal(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var takesPrefix = true
        _ = try directives.readEach { cursor in
            try cursor.noMoreArguments()
            try cursor.readOptions { option, cursor in
                guard option == "localhost_prefix" else {
                    throw cursor.unknownOption(known: localManual.optionNames)
                }
                takesPrefix = try cursor.onOff()
            }
        }
        return LocalPlugin(
            takesPrefix: takesPrefix,
            debugLog: context.settings.isDebugging ? context.log : nil,
            counter: context.services.metrics.counter(
                "coredns_local_localhost_requests_total",
                help: "Counter of localhost.<domain> requests."
            )
        )
    }
}
