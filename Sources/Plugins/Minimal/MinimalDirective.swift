internal import Corefile

extension PluginDirective {
    /// `minimal`: replies without what was not asked for.
    static let minimal = PluginDirective(name: "minimal", manual: minimalManual, make: makeMinimal)

    private static let minimalManual = PluginManual(
        name: "minimal",
        summary: "Leaves out of replies whatever was not asked for.",
        syntax: "minimal",
        details: [
            """
            Replies with an answer lose their authority and additional sections. Replies that \
            say that there is nothing, that delegate or that report an error stay whole, because \
            their authority section is what they say; so do zone transfers.
            """
        ],
        example: """
            example.org {
                minimal
                file db.example.org
            }
            """
    )

    private static func makeMinimal(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        _ = try directives.readEach { cursor in try cursor.noMoreArguments() }
        return MinimalPlugin()
    }
}
