internal import Corefile

extension PluginDirective {
    /// `any`: a short reply to questions for every type.
    static let any = PluginDirective(name: "any", manual: anyManual, make: makeAny)

    private static let anyManual = PluginManual(
        name: "any",
        summary: "Answers questions for type ANY with one small record (RFC 8482 §4.2).",
        syntax: "any",
        details: [
            """
            The record is `HINFO "ANY obsoleted" "See RFC 8482"` with a time to live of 8482 \
            seconds. Without the directive, what answers the name decides.
            """
        ],
        example: """
            . {
                any
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeAny(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        _ = try directives.readEach { cursor in try cursor.noMoreArguments() }
        return AnyPlugin()
    }
}
