internal import Corefile

extension PluginDirective {
    /// `whoami`: the client's own address.
    static let whoami = PluginDirective(
        name: "whoami",
        manual: whoamiManual,
        make: makeWhoami
    )

    private static let whoamiManual = PluginManual(
        name: "whoami",
        summary: "Tells clients their own address, port and transport.",
        syntax: "whoami",
        details: [
            """
            The reply has no answers: the additional section holds the client's address as an A or \
            AAAA record, and its port as an SRV record at `_udp.` or `_tcp.` and the name asked for.
            """
        ],
        example: """
            . {
                whoami
            }
            """
    )

    private static func makeWhoami(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var cursor = directives[0].cursor()
        do {
            try cursor.expectEnd()
        } catch {
            throw CorefileErrors([error])
        }
        return WhoamiPlugin()
    }
}
