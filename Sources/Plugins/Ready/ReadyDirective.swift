internal import Corefile

extension PluginDirective {
    /// `ready [ADDRESS] { monitor until-ready|continuously }`: whether queries can be answered.
    static let ready = PluginDirective(name: "ready", manual: readyManual, make: makeReady)

    private static let readyManual = PluginManual(
        name: "ready",
        summary: "Tells over HTTP whether queries can be answered.",
        syntax: "ready [ADDRESS]",
        details: [
            """
            `/ready` at `ADDRESS`, `:8181` by default, replies `200 OK` when the views are loaded, \
            the sockets are bound and every plugin says that it can answer; until then `503` with \
            the names of those that can't. It closes as soon as the process is asked to end.
            """
        ],
        options: [
            .init(
                "monitor until-ready|continuously",
                """
                `until-ready`: a plugin that was ready once is not asked again. `continuously`: \
                all are asked each time.
                """,
                standard: "until-ready"
            )
        ],
        example: """
            . {
                ready
                kubernetes cluster.local
            }
            """
    )

    private static func makeReady(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var cursor = directives[0].cursor()
        let place = try EndpointAddress(&cursor, standard: ":8181")
        var monitor = ReadyMonitor.Kind.untilReady
        try cursor.readOptions { option, cursor in
            guard option == "monitor" else {
                throw cursor.unknownOption(known: readyManual.optionNames)
            }
            monitor = try cursor.oneOf(ReadyMonitor.Kind.self)
        }
        let state = ReadyMonitor(monitor)
        context.settings.endpoints.append(
            EndpointRequest(
                directive: "ready",
                address: place.address,
                port: place.port,
                path: "/ready",
                closesFirst: true
            ) { state.reply($0) }
        )
        return nil
    }
}
