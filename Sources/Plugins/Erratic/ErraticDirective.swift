internal import Corefile
internal import Upstreams

extension PluginDirective {
    /// `erratic { drop [N]; truncate [N]; delay [N [DURATION]] }`: a server to test clients with.
    static let erratic = PluginDirective(name: "erratic", manual: erraticManual, make: makeErratic)

    private static let erraticManual = PluginManual(
        name: "erratic",
        summary: "Answers now and then late, cut or not at all, to test clients with.",
        syntax: "erratic",
        details: [
            """
            Questions for A are answered with 192.0.2.53, those for AAAA with 2001:db8::53, \
            zone transfers with a small zone, and all others with SERVFAIL. Queries are counted; \
            each `AMOUNT`th is treated as the option says, and the very first one is. An `AMOUNT` \
            of 0 turns an option off.
            """,
            """
            The plugin is ready for the `ready` endpoint while it has seen three or four queries.
            """,
        ],
        options: [
            .init(
                "drop [AMOUNT]",
                "Does not answer. It holds by default unless another option is there.",
                standard: "2"
            ),
            .init(
                "truncate [AMOUNT]",
                "Sets TC in the reply; a zone transfer lacks its end.",
                standard: "off; 2 without `AMOUNT`"
            ),
            .init(
                "delay [AMOUNT [DURATION]]",
                "Answers after a while.",
                standard: "off; 2 and 100ms without arguments"
            ),
            .init("large", "Answers A with thirty records, to test how replies are cut."),
        ],
        differences: [
            """
            `truncate` without `AMOUNT` means every second query; CoreDNS takes it as absent, \
            against its documentation.
            """
        ],
        example: """
            example.org {
                erratic {
                    drop 3
                    delay 2 50ms
                }
            }
            """
    )

    private static func makeErratic(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var behaviour = ErraticBehaviour()
        var saysDrop = false
        _ = try directives.readEach { cursor in
            try cursor.noMoreArguments()
            try cursor.readOptions { option, cursor in
                switch option {
                case "drop":
                    saysDrop = cursor.hasArgument
                    behaviour.drop = try amount(&cursor)
                case "truncate":
                    behaviour.truncate = try amount(&cursor)
                case "delay":
                    behaviour.delay = try amount(&cursor)
                    if cursor.hasArgument { behaviour.duration = try cursor.duration() }
                case "large":
                    behaviour.isLarge = true
                default:
                    throw cursor.unknownOption(known: erraticManual.optionNames)
                }
            }
        }
        if behaviour.delay > 0 || behaviour.truncate > 0, !saysDrop { behaviour.drop = 0 }
        return ErraticPlugin(behaviour, loop: context.services.loop)
    }

    private static func amount(_ cursor: inout DirectiveCursor) throws(CorefileError) -> UInt64 {
        cursor.hasArgument ? try UInt64(cursor.integer(in: 0...Int32.max)) : 2
    }
}
