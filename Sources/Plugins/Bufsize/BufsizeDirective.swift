internal import Corefile

extension PluginDirective {
    /// `bufsize [SIZE]`: the largest reply over UDP.
    static let bufsize = PluginDirective(name: "bufsize", manual: bufsizeManual, make: makeBufsize)

    private static let bufsizeManual = PluginManual(
        name: "bufsize",
        summary: "Limits the size of replies over UDP, so that they are not cut into fragments.",
        syntax: "bufsize [SIZE]",
        details: [
            """
            A client says with EDNS how large a reply over UDP it takes. If that is more than \
            `SIZE`, 512 to 4096 octets and 1232 by default, `SIZE` counts, for the reply as for \
            the query that is sent to an upstream. Queries without EDNS stay as they are.
            """
        ],
        differences: [
            """
            Replies over UDP are never larger than 1232 octets, with or without the directive; \
            larger values matter for what upstreams are asked for.
            """
        ],
        example: """
            . {
                bufsize 1100
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeBufsize(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let sizes = try directives.readEach { cursor -> UInt16 in
            let size: UInt16 =
                cursor.hasArgument ? try cursor.integer(in: 512...4_096) : 1_232
            try cursor.noMoreArguments()
            return size
        }
        // As in CoreDNS, the first one holds.
        return sizes.first.map { BufsizePlugin(size: $0) }
    }
}
