internal import Addresses
internal import Corefile

extension PluginDirective {
    /// `loadbalance [round_robin | weighted FILE] { reload D; prefer CIDR… }`: the order of
    /// addresses.
    static let loadbalance = PluginDirective(
        name: "loadbalance",
        manual: loadbalanceManual,
        make: makeLoadbalance
    )

    private static let loadbalanceManual = PluginManual(
        name: "loadbalance",
        summary: "Changes the order of addresses in replies, so that clients spread.",
        syntax: "loadbalance [round_robin|weighted FILE]",
        details: [
            """
            `round_robin`, the default, shuffles the A, AAAA and MX records of each set. Aliases \
            come before what they lead to.
            """,
            """
            `weighted` puts one address in front of the others, chosen by weights in `FILE`, for \
            questions of type A, AAAA and SRV. The file has lines with a name, and behind each \
            name lines with an address and its weight, 1 to 255; addresses that are not in it have \
            the weight 1. Empty lines and those that begin with `#` are passed over.
            """,
        ],
        options: [
            .init(
                "reload DURATION",
                "How often the file is looked at for changes; `0s` means never.",
                standard: "30s"
            ),
            .init(
                "prefer CIDR...",
                """
                Moves addresses in these blocks to the front, those of the first block first. Not \
                with `weighted`.
                """
            ),
        ],
        differences: [
            """
            Addresses are shuffled within the set that they belong to, where they are in the \
            reply; CoreDNS shuffles those of a section without regard to their names and types.
            """,
            "Names in the weights' file are compared without regard to upper and lower case.",
        ],
        example: """
            . {
                loadbalance round_robin {
                    prefer 10.0.0.0/8
                }
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeLoadbalance(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var plugin: Plugin?
        var preferred: [CIDRBlock] = []
        var errors: [CorefileError] = []
        for directive in directives {
            do throws(CorefileErrors) {
                plugin = try readPolicy(directive, &preferred, &context)
            } catch {
                errors += error.errors
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return plugin
    }

    private static func readPolicy(
        _ directive: Directive,
        _ preferred: inout [CIDRBlock],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin {
        var path: String?
        var interval = Duration.seconds(30)
        var blocks = preferred
        try directive.read { cursor in
            let policy =
                cursor.hasArgument
                ? try cursor.oneOf(["round_robin", "weighted"]) : "round_robin"
            if policy == "weighted" {
                path = try cursor.argument("the file with the weights")
            }
            try cursor.noMoreArguments()
            let known = policy == "weighted" ? ["reload"] : ["prefer"]
            try cursor.readOptions { option, cursor in
                guard known.contains(option) else { throw cursor.unknownOption(known: known) }
                if option == "reload" {
                    interval = try cursor.duration()
                } else {
                    repeat { blocks.append(try cursor.cidr()) } while cursor.hasArgument
                }
            }
        }
        preferred = blocks
        guard let path else { return LoadbalancePlugin(preferred: preferred) }
        let file = WeightFile(
            path: context.path(path),
            interval: interval,
            log: context.log
        )
        do throws(WeightFileError) {
            try file.load()
        } catch {
            let problem = directive.cursor().error("loadbalance: \(error)", mend: error.mend)
            guard error.isMissing, interval > .zero else { throw CorefileErrors([problem]) }
            context.warnings.append("\(problem)")
        }
        return WeightedLoadbalancePlugin(file)
    }
}
