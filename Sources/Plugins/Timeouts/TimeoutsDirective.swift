internal import Corefile

extension PluginDirective {
    /// `timeouts { read D; write D; idle D; maxtcpqueries N }`: bounds of connections.
    static let timeouts = PluginDirective(
        name: "timeouts",
        manual: timeoutsManual,
        make: makeTimeouts
    )

    private static let timeoutRange: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
    private static let timeoutsManual = PluginManual(
        name: "timeouts",
        summary: "Bounds how long connections over TCP, TLS and HTTPS may take, and how much.",
        syntax: "timeouts",
        details: [
            "Durations are `1s` to `24h`; a bare number is one of seconds. One option is needed."
        ],
        options: [
            .init("read DURATION", "How long a client may take to send a query.", standard: "3s"),
            .init(
                "write DURATION",
                "How long a client may take to accept a reply.",
                standard: "5s"
            ),
            .init(
                "idle DURATION",
                "How long a connection may be without a query.",
                standard: "10s"
            ),
            .init(
                "maxtcpqueries COUNT",
                """
                After how many queries a connection is closed; -1 means never, 0 means after 128.
                """,
                standard: "-1"
            ),
        ],
        example: """
            tls://. {
                tls cert.pem key.pem
                timeouts {
                    read 10s
                    idle 1m
                }
                whoami
            }
            """
    )

    private static func makeTimeouts(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var timeouts = context.settings.timeouts
        _ = try directives.readEach { cursor in
            try cursor.noMoreArguments()
            let place = cursor
            var count = 0
            try cursor.readOptions { option, cursor in
                count += 1
                switch option {
                case "read": timeouts.read = try timeout(&cursor)
                case "write": timeouts.write = try timeout(&cursor)
                case "idle": timeouts.idle = try timeout(&cursor)
                case "maxtcpqueries":
                    switch try cursor.integer(in: -1...Int(Int32.max)) {
                    case -1: timeouts.queryCountMax = nil
                    case 0: timeouts.queryCountMax = 128
                    case let queries: timeouts.queryCountMax = queries
                    }
                default: throw cursor.unknownOption(known: timeoutsManual.optionNames)
                }
            }
            guard count > 0 else {
                throw place.error(
                    "timeouts: timeouts block with no timeouts specified",
                    mend: "write one of \(timeoutsManual.optionNames.joined(separator: ", "))"
                )
            }
        }
        context.settings.timeouts = timeouts
        return nil
    }

    private static func timeout(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> Duration {
        try cursor.duration(in: timeoutRange, allowsSeconds: true)
    }
}
