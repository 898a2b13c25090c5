internal import Corefile

extension PluginDirective {
    /// `debug`: details in the log.
    static let debug = PluginDirective(name: "debug", manual: debugManual, make: makeDebug)

    private static let debugManual = PluginManual(
        name: "debug",
        summary: "Writes details of what plugins do into the log.",
        syntax: "debug",
        details: ["Lines begin with `[DEBUG]`. It costs time for each query that it concerns."],
        differences: [
            "It holds for the server block that it stands in, not for the whole process.",
            """
            There are no panics to recover from: a fault that would be one ends the process, with \
            or without the directive.
            """,
        ],
        example: """
            . {
                debug
                local
            }
            """
    )

    private static func makeDebug(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        _ = try directives.readEach { cursor in try cursor.noMoreArguments() }
        context.settings.isDebugging = true
        return nil
    }
}
