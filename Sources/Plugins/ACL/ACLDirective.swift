internal import Addresses
internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `acl [ZONES…] { ACTION [type TYPE…] [net CIDR…] }`: who may ask what.
    static let acl = PluginDirective(name: "acl", manual: aclManual, make: makeACL)

    private static let aclManual = PluginManual(
        name: "acl",
        summary: "Says which clients may ask for which types of which names.",
        syntax: "acl [ZONES...]",
        details: [
            """
            Without `ZONES`, those of the server block are meant. Several directives are looked at \
            in their order, and in each the lines in their order. The first line that matches the \
            name, the type and the client's address decides; a query that none matches is allowed.
            """,
            """
            `type TYPE...` names types, `*` all; `net SOURCE...` names addresses and blocks of \
            addresses such as 10.0.0.0/8, `*` all. What is left out means all.
            """,
        ],
        options: [
            .init("allow [type TYPE...] [net SOURCE...]", "Passes the query on."),
            .init(
                "block [type TYPE...] [net SOURCE...]",
                "Refuses: REFUSED, with the extended error 15, blocked (RFC 8914)."
            ),
            .init(
                "filter [type TYPE...] [net SOURCE...]",
                "Answers that there is nothing: NOERROR, with the extended error 17, filtered."
            ),
            .init("drop [type TYPE...] [net SOURCE...]", "Does not answer."),
        ],
        metrics: [
            ("coredns_acl_blocked_requests_total{server, zone, view}", "queries that were refused"),
            (
                "coredns_acl_filtered_requests_total{server, zone, view}",
                "queries that were answered with nothing"
            ),
            (
                "coredns_acl_dropped_requests_total{server, zone, view}",
                "queries that were not answered"
            ),
            ("coredns_acl_allowed_requests_total{server, view}", "queries that were passed on"),
        ],
        differences: [
            "An extended error is sent to clients that use EDNS only, as RFC 6891 §7 asks for.",
            "Types may be written in lower case, and as `TYPE` with a number.",
        ],
        example: """
            . {
                acl {
                    allow net 10.0.0.0/8 fd00::/8
                    filter type ANY
                    block
                }
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeACL(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let blockZones = context.zones
        let rules = try directives.readEach { cursor in
            var rule = AccessRule(zones: try cursor.zones(or: blockZones), policies: [])
            try cursor.readOptions { option, cursor in
                guard let action = AccessAction(rawValue: option.lowercased()) else {
                    throw cursor.error(
                        "acl: unexpected token '\(option)'",
                        mend: "expect 'allow', 'block', 'filter' or 'drop'"
                    )
                }
                rule.policies.append(try AccessPolicy(action, &cursor))
            }
            return rule
        }
        return ACLPlugin(rules, metrics: context.services.metrics)
    }
}

extension AccessPolicy {
    /// Reads the rest of a policy's line.
    fileprivate init(
        _ action: AccessAction,
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) {
        self.init(action: action)
        var section: String?
        var isFresh = false
        while let word = cursor.nextArgument() {
            if ["type", "net"].contains(word.lowercased()) {
                if let section, isFresh { throw AccessPolicy.empty(section, cursor) }
                section = word.lowercased()
                isFresh = true
                continue
            }
            isFresh = false
            switch section {
            case "type": try addType(word, cursor)
            case "net": try addSource(word, cursor)
            default:
                throw cursor.error(
                    "acl: unexpected token '\(word)'",
                    mend: "expect 'type' or 'net'"
                )
            }
        }
        if let section, isFresh { throw AccessPolicy.empty(section, cursor) }
    }

    private static func empty(_ section: String, _ cursor: DirectiveCursor) -> CorefileError {
        cursor.error(
            "acl: no token specified in '\(section)' section",
            mend: section == "net" ? "write such as net 10.0.0.0/8" : "write such as type A"
        )
    }

    private mutating func addType(
        _ word: String,
        _ cursor: DirectiveCursor
    ) throws(CorefileError) {
        if word == "*" {
            matchesAllTypes = true
            return
        }
        guard let type = RecordType(word) else {
            throw cursor.error(
                "acl: unexpected token '\(word)'; expect legal QTYPE",
                mend: "write one such as A, or *"
            )
        }
        types.append(type)
    }

    private mutating func addSource(
        _ word: String,
        _ cursor: DirectiveCursor
    ) throws(CorefileError) {
        if word == "*" {
            matchesAllSources = true
            return
        }
        sources.append(try cursor.cidr(of: word, allowsAddress: true))
    }
}
