internal import Corefile

extension PluginDirective {
    /// `whoami`: the client's own address.
    static let whoami = PluginDirective(name: "whoami", make: makeWhoami)

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
