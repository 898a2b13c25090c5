internal import Corefile

extension PluginDirective {
    /// `nsid [DATA…]`: which server answered.
    static let nsid = PluginDirective(name: "nsid", manual: nsidManual, make: makeNSID)

    private static let nsidManual = PluginManual(
        name: "nsid",
        summary: "Tells clients that ask for it which server answered (RFC 5001).",
        syntax: "nsid [DATA...]",
        details: [
            """
            A query whose EDNS has the option NSID gets `DATA` back in the same option; several \
            words are joined by single spaces. By default it is the name of the host. Try \
            `dig +nsid`.
            """
        ],
        differences: [
            "Replies that the server itself makes, such as REFUSED, have the option too."
        ],
        example: """
            . {
                nsid rack 4
                whoami
            }
            """
    )

    private static func makeNSID(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        let words = try directives.readEach { cursor in cursor.remainingArguments() }
            .flatMap { $0 }
        let text = words.isEmpty ? HostName.current : words.joined(separator: " ")
        let octets = Array(text.utf8)
        guard octets.count <= Limits.nsidOctetsMax else {
            throw CorefileErrors([
                directives[0].cursor().error(
                    "nsid: the data has \(octets.count) octets",
                    mend: "shorten it to \(Limits.nsidOctetsMax)"
                )
            ])
        }
        return NSIDPlugin(data: octets)
    }
}

extension Limits {
    /// Octets of a server's identifier, so that it leaves room for the reply.
    static let nsidOctetsMax = 255
}
