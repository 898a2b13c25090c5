internal import Corefile

extension PluginDirective {
    /// `header { query|response set|clear FLAGS… }`: bits of the header.
    static let header = PluginDirective(name: "header", manual: headerManual, make: makeHeader)

    private static let headerManual = PluginManual(
        name: "header",
        summary: "Sets and clears flags of queries and replies.",
        syntax: "header",
        details: [
            """
            The flags are `aa` (authoritative), `ra` (recursion available) and `rd` (recursion \
            desired). Rules are applied in their order; upper and lower case are the same. \
            Replies that the server itself makes, such as SERVFAIL for a query that failed, stay \
            as they are.
            """
        ],
        options: [
            .init(
                "query set|clear FLAG...",
                "Changes the query before it is passed on, and with `rd` the reply's copy of it."
            ),
            .init("response set|clear FLAG...", "Changes the reply."),
            .init("set|clear FLAG...", "An older form of `response set|clear`."),
        ],
        differences: [
            """
            Rules of several `header` directives in a server block are all applied; CoreDNS looks \
            at the first directive only.
            """
        ],
        example: """
            . {
                header {
                    response set ra
                    query clear rd
                }
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeHeader(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var query = HeaderRules()
        var response = HeaderRules()
        _ = try directives.readEach { cursor in
            try cursor.noMoreArguments()
            guard cursor.opensBlock else { throw noRule(cursor) }
            var count = 0
            try cursor.readOptions { option, cursor in
                switch option.lowercased() {
                case "query": try query.read(&cursor)
                case "response": try response.read(&cursor)
                case "set": try response.read(&cursor, action: .set)
                case "clear": try response.read(&cursor, action: .clear)
                default:
                    throw cursor.error(
                        "header: setting up rule: invalid selector=\(option)",
                        mend: "should be query or response"
                    )
                }
                count += 1
            }
            guard count > 0 else { throw noRule(cursor) }
        }
        return HeaderPlugin(query: query, response: response)
    }

    private static func noRule(_ cursor: DirectiveCursor) -> CorefileError {
        cursor.error(
            "header: a block with a rule is needed",
            mend: "write such as { response set ra }"
        )
    }
}

extension HeaderRules {
    /// What is done with a flag.
    enum Action: String, CaseIterable {
        case set
        case clear
    }

    private static let flags: [String: UInt16] = ["aa": aa, "ra": ra, "rd": rd]

    /// Reads the rest of a rule's line.
    fileprivate mutating func read(
        _ cursor: inout DirectiveCursor,
        action known: Action? = nil
    ) throws(CorefileError) {
        let action: Action
        if let known { action = known } else { action = try HeaderRules.action(&cursor) }
        let words = cursor.remainingArguments()
        guard !words.isEmpty else {
            throw cursor.error(
                "header: invalid length for flags, at least one should be provided",
                mend: "write aa, ra or rd"
            )
        }
        for word in words {
            guard let flag = HeaderRules.flags[word.lowercased()] else {
                throw cursor.error(
                    "header: unknown/unsupported flag=\(word)",
                    mend: "use aa, ra or rd"
                )
            }
            add(flag, isSet: action == .set)
        }
    }

    private static func action(_ cursor: inout DirectiveCursor) throws(CorefileError) -> Action {
        let text = try cursor.argument("set or clear")
        guard let action = Action(rawValue: text.lowercased()) else {
            throw cursor.error(
                "header: unknown flag action=\(text)",
                mend: "should be set or clear"
            )
        }
        return action
    }
}
