internal import Corefile

extension PluginDirective {
    /// `rewrite [continue|stop] FIELD …`: a rule about queries and replies.
    static let rewrite = PluginDirective(name: "rewrite", manual: rewriteManual, make: makeRewrite)

    private static func makeRewrite(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var warnings: [String] = []
        let steps = try directives.readEach { cursor in
            var words = cursor.remainingArguments()
            // A rule may be written in a block: its lines are read as one.
            if words.count < 2 {
                try cursor.readOptions { option, cursor in
                    words += [option] + cursor.remainingArguments()
                }
            }
            let parser = RewriteParser(cursor: cursor)
            let step = try parser.step(words)
            if let warning = parser.warning(step, words) { warnings.append(warning) }
            return step
        }
        context.warnings += warnings
        return RewritePlugin(steps)
    }

    private static let rewriteManual = PluginManual(
        name: "rewrite",
        summary: "Rewrites queries before they are answered, and undoes that in the replies.",
        syntax: "rewrite [continue|stop] FIELD ARGUMENTS...",
        details: [
            """
            Each directive is a rule; rules are tried in their order. A rule that matches with \
            `stop`, which holds unless `continue` is written, is the last one. The client always \
            gets its own question back. A rule may be written in a block, as in the example.
            """,
            """
            `name [exact|prefix|suffix|substring|regex] FROM TO [answer ...]` replaces the name \
            or a part of it; `exact` holds without a kind. Names are compared in lower case and \
            with a final dot, which is added to `FROM` and `TO`: a prefix or substring `foo-` \
            means `foo-.`, so use `regex` for a part of a label. In `TO` of a regex, `{1}` stands \
            for what the first parentheses matched, `{0}` for all of the match.
            """,
            """
            Behind `name`, `answer auto` replaces the names of records and those they point at \
            the other way around; `exact` always does. `answer name REGEX TO` and \
            `answer value REGEX TO`, once or more, do it by patterns.
            """,
            """
            `type FROM TO` and `class FROM TO` replace type and class.
            """,
            """
            `edns0 local set|append|replace|unset CODE DATA` changes an option of the query; \
            `DATA` is text, `0x` and hexadecimal digits, or one of `{qname}`, `{qtype}`, \
            `{client_ip}`, `{client_port}`, `{protocol}`, `{server_ip}`, `{server_port}` and \
            `{PLUGIN/LABEL}`. `edns0 nsid set|append|replace|unset` asks for the name server's \
            identifier. `edns0 subnet set|append|replace IPV4-BITS IPV6-BITS` sends the client's \
            network, `edns0 subnet unset` removes it. `revert` at the end is accepted.
            """,
            """
            `ttl [exact|prefix|suffix|substring|regex] NAME SECONDS|MIN-MAX|MIN-|-MAX` sets or \
            bounds the times to live in the reply. \
            `rcode [exact|prefix|suffix|substring|regex] NAME FROM TO` replaces the response \
            code. `cname [exact|prefix|suffix|substring|regex] FROM TO` replaces the target of \
            an alias in the answer and looks up what is there; since it is for every query, no \
            rule behind one with `stop` is reached.
            """,
        ],
        differences: [
            """
            Options that a rule sets are not repeated in the reply to the client, with or without \
            `revert`: options belong to one hop (RFC 6891 §6.1.1).
            """,
            """
            An OPT record that a rule adds states 1232 octets, not 4096, so that replies of \
            upstreams are not fragmented.
            """,
            """
            A pattern that takes too long on a name makes the query fail with SERVFAIL and a text \
            for `errors`; patterns of CoreDNS always run in linear time.
            """,
            """
            `cname` keeps the aliases in front of the one whose target it replaces, and all \
            records that are found at the new target.
            """,
        ],
        example: """
            . {
                rewrite name old.example.org new.example.org
                rewrite stop {
                    name suffix .corp.example .svc.cluster.local answer auto
                }
                rewrite stop {
                    name regex (.*)\\.eu\\.example\\.org {1}.example.org
                    answer name (.*)\\.example\\.org {1}.eu.example.org
                }
                kubernetes cluster.local
            }
            """
    )
}
