internal import Corefile

extension PluginDirective {
    /// `transfer [ZONES…] { to ADDRESS…; source ADDRESS }`: zones for secondary servers.
    static let transfer = PluginDirective(
        name: "transfer",
        manual: transferManual,
        make: makeTransfer
    )

    static let transferManual = PluginManual(
        name: "transfer",
        summary:
            "Gives zones to secondary servers (RFC 5936), and tells them of changes (RFC 1996).",
        syntax: "transfer [ZONES...]",
        details: [
            """
            Zones of `auto`, `file`, `k8s_external`, `kubernetes` and `secondary` in the same \
            server block are offered. AXFR is answered over TCP and TLS with as many messages as \
            the zone needs, made as the client takes them. IXFR (RFC 1995) gets one SOA record if \
            the client has this serial number, else the whole zone. Over UDP, and for clients that \
            are not listed, the answer is REFUSED.
            """
        ],
        options: [
            .init(
                "to ADDRESS...",
                """
                Who may have the zones: IP addresses, with a port if NOTIFY goes to another than \
                53; `*` means everybody, who is not told of changes. At least one is needed.
                """
            ),
            .init("source ADDRESS", "The address that NOTIFY is sent from."),
        ],
        differences: [
            "Over HTTPS the answer is REFUSED: a zone may need more than one message.",
            "Changes of `kubernetes` and `k8s_external` zones are not told, as in CoreDNS.",
        ],
        example: """
            example.org {
                file db.example.org
                transfer {
                    to 192.0.2.7 2001:db8::7
                }
            }
            """
    )

    private static func makeTransfer(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let current = context
        let rules = try directives.readEach { cursor in try TransferRule(&cursor, current) }
        return TransferPlugin(rules, log: context.log)
    }
}
