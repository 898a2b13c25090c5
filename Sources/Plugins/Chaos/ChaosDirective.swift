internal import Corefile

extension PluginDirective {
    /// `chaos [VERSION] [AUTHORS…]`: who answers.
    static let chaos = PluginDirective(name: "chaos", manual: chaosManual, make: makeChaos)

    private static let chaosManual = PluginManual(
        name: "chaos",
        summary: "Answers questions of class CH about the server itself.",
        syntax: "chaos [VERSION] [AUTHORS...]",
        details: [
            """
            Questions of type TXT are answered: `version.bind` and `version.server` with \
            `VERSION`, by default `Martlet`; `authors.bind` with a record for each of `AUTHORS`, \
            in no order; `hostname.bind` and `id.server` with the name of the host. All others \
            are passed on. Without the directive, questions of class CH are refused.
            """,
            "Texts are cut to 255 octets, the most that a string of a record holds.",
        ],
        differences: [
            "The version and authors that hold by default are Martlet's own."
        ],
        example: """
            . {
                chaos Martlet-test "The people of this cluster"
                whoami
            }
            """
    )

    private static func makeChaos(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let all = try directives.readEach { cursor in cursor.remainingArguments() }
        // As in CoreDNS, the first one holds.
        let words = all.first ?? []
        context.settings.takesChaosClass = true
        return ChaosPlugin(
            version: words.first ?? "Martlet",
            authors: words.count > 1 ? Set(words.dropFirst()).sorted() : ["The Martlet authors"],
            host: HostName.current
        )
    }
}
