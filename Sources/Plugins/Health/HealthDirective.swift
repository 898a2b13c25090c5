internal import Corefile

extension PluginDirective {
    /// `health [ADDRESS] { lameduck DURATION }`: whether the process lives.
    static let health = PluginDirective(name: "health", manual: healthManual, make: makeHealth)

    private static let healthManual = PluginManual(
        name: "health",
        summary: "Tells over HTTP that the process lives.",
        syntax: "health [ADDRESS]",
        details: [
            """
            `/health` at `ADDRESS`, `:8080` by default, replies `200 OK` as long as the process \
            runs, while it is about to end too. The directive stands in one server block; it holds \
            for the process.
            """,
            """
            Once a second the process asks its own endpoint, and counts how long that takes. It \
            logs \
            a warning if there is no reply, or only after more than a second.
            """,
        ],
        options: [
            .init(
                "lameduck DURATION",
                """
                How long queries are still answered once the process is asked to end, so that \
                clients and load balancers can turn elsewhere.
                """,
                standard: "0s"
            )
        ],
        metrics: [
            (
                "coredns_health_request_duration_seconds",
                "the time that the server's own request for `/health`, once a second, takes"
            ),
            ("coredns_health_request_failures_total", "own requests that failed"),
        ],
        differences: [
            "A reply other than 200 counts as a failure too.",
            "The directive is listed in `coredns_plugin_enabled`.",
        ],
        example: """
            . {
                health :8080 {
                    lameduck 5s
                }
                whoami
            }
            """
    )

    private static func makeHealth(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var cursor = directives[0].cursor()
        let place = try EndpointAddress(&cursor, standard: ":8080")
        var lameduck = Duration.zero
        try cursor.readOptions { option, cursor in
            guard option == "lameduck" else {
                throw cursor.unknownOption(known: healthManual.optionNames)
            }
            lameduck = try cursor.duration()
        }
        context.settings.lameduck = lameduck
        context.settings.endpoints.append(
            EndpointRequest(
                directive: "health",
                address: place.address,
                port: place.port,
                path: "/health"
            ) { _ in EndpointReply(body: Array("OK".utf8)) }
        )
        return HealthPlugin(address: place.address, port: place.port, context.services)
    }
}
