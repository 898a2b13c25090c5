internal import Corefile
internal import DNSWire
internal import Expressions

extension PluginDirective {
    /// `template CLASS TYPE [ZONES…] { … }`: records made from texts.
    static let template = PluginDirective(
        name: "template",
        manual: templateManual,
        make: makeTemplate
    )

    private static let templateManual = PluginManual(
        name: "template",
        summary: "Answers with records that are made from texts and the question.",
        syntax: "template CLASS TYPE [ZONES...]",
        details: [
            """
            Questions of `CLASS` and `TYPE`, `ANY` meaning all of them, for names in `ZONES` or \
            without zones in those of the server block, are compared with the patterns. The first \
            directive of which a pattern is found in the name, and whose expressions are true, \
            answers. If a directive is for the zone, class and type but no pattern is found, the \
            query fails with SERVFAIL unless `fallthrough` is written.
            """,
            """
            Texts are of the language of Go's `text/template`, and become a record as in a zone \
            file; without a time to live it is 3600. A text that comes out empty makes no record. \
            They see `.Zone`, `.Name` in lower case with a final dot, `.Class`, `.Type`, \
            `.Match`, a list of what the pattern and its groups matched, `.Group`, the same by \
            number and name, `.Question` and `.Message`, `.Remote`, the client's address, \
            `.Var`, and `.Meta LABEL`, what plugins know where `metadata` is in the block. \
            `parseInt TEXT BASE BITS` reads a number.
            """,
            """
            For questions of type A and AAAA, the target of an alias in an answer is looked up \
            through the server, and what is found is added.
            """,
        ],
        options: [
            .init("match REGEX...", "Patterns; one must be found in the name.", standard: ".*"),
            .init("expr EXPRESSION", "What must be true, as on the page of view."),
            .init("var NAME EXPRESSION", "A value for the texts, as `.Var.NAME`."),
            .init("answer TEXT...", "Records of the answer section."),
            .init("additional TEXT...", "Records of the additional section."),
            .init("authority TEXT...", "Records of the authority section."),
            .init("rcode CODE", "The response code.", standard: "NOERROR"),
            .init(
                "ederror CODE [TEXT]",
                "An extended error (RFC 8914) for clients that use EDNS."
            ),
            .init(
                "fallthrough [ZONES...]",
                "Passes on names, in `ZONES` only if there are any, when nothing matches."
            ),
            .init("upstream [ANYTHING...]", "Accepted, without a meaning."),
        ],
        metrics: [
            (
                "coredns_template_matches_total{server, zone, view, class, type}",
                "questions that a template was for"
            ),
            (
                """
                coredns_template_template_failures_total{server, zone, view, class, type, \
                section, template}
                """,
                "texts that failed to be executed"
            ),
            (
                """
                coredns_template_rr_failures_total{server, zone, view, class, type, section, \
                template}
                """,
                "texts that came out as no record"
            ),
        ],
        differences: [
            """
            A pattern, expression or text that takes too long makes the query fail with SERVFAIL \
            and a text for `errors`; templates of CoreDNS have no bounds.
            """,
            "A text that comes out empty makes no record; CoreDNS fails.",
            """
            An extended error is sent to clients that use EDNS only, as RFC 6891 §7 asks for.
            """,
        ],
        example: """
            example.org {
                template IN A {
                    match "^ip-(?P<last>[0-9]+)[.]"
                    answer "{{ .Name }} 60 IN A 192.0.2.{{ .Group.last }}"
                    fallthrough
                }
                file db.example.org
            }
            """
    )

    private static func makeTemplate(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let blockZones = context.zones
        let rules = try directives.readEach { cursor in
            var rule = try TemplateRule(&cursor, blockZones)
            try cursor.readOptions { option, cursor in try rule.read(option, &cursor) }
            if rule.patterns.isEmpty { rule.patterns = [try cursor.pattern(".*")] }
            let hasRecord = rule.records.contains { $0.section != .additional }
            guard hasRecord || rule.responseCode != .noError || rule.extendedError != nil else {
                throw cursor.error(
                    "template: no answer section for template found",
                    mend: "write answer, authority, rcode or ederror"
                )
            }
            return rule
        }
        return TemplatePlugin(rules, metrics: context.services.metrics)
    }
}
