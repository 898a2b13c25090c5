internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `secondary [ZONES…] { transfer from ADDRESS…; fallthrough [ZONES…] }`: zones of primaries.
    static let secondary = PluginDirective(
        name: "secondary",
        manual: secondaryManual,
        make: makeSecondary
    )

    static let secondaryManual = PluginManual(
        name: "secondary",
        summary: "Answers from zones that are transferred from primary servers (RFC 5936).",
        syntax: "secondary [ZONES...]",
        details: [
            """
            The zones are fetched at the start, and again whenever a primary has a newer serial \
            number; how often that is looked at, the SOA record says (RFC 1035 §3.3.13). A primary \
            that tells of a change with NOTIFY (RFC 1996) is asked at once. Until the first \
            transfer is done, and when no primary could be asked for as long as the SOA record \
            allows, answers are SERVFAIL.
            """,
            """
            Nothing is kept on disk. A zone has at most \(Limits.transferRecordCountMax) records \
            and \(Limits.transferOctetsMax >> 20) MiB. Several directives add their zones.
            """,
        ],
        options: [
            .init(
                "transfer from ADDRESS...",
                "The primaries, asked in their order; at least one. May come several times."
            ),
            .init(
                "fallthrough [ZONES...]",
                "Passes unknown names on; with `ZONES` only those in them."
            ),
        ],
        differences: [
            "`catalog` (RFC 9432) is not there yet.",
            "Transfers are not signed: `tsig` is not there yet.",
        ],
        example: """
            example.org {
                secondary {
                    transfer from 192.0.2.53 2001:db8::53
                }
            }
            """
    )

    /// What a directive says.
    private struct Options {
        var zones: [Name]
        var primaries: [ServerEndpoint] = []
        var passedOn: [Name]?

        init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws {
            zones = try cursor.zones(or: context.zones)
            let place = cursor
            try cursor.readOptions { option, cursor in
                switch option {
                case "transfer":
                    guard try cursor.argument("from ADDRESS...") == "from" else {
                        throw cursor.error(
                            "secondary: transfer: unknown property '\(cursor.current)'",
                            mend: "write transfer from ADDRESS..."
                        )
                    }
                    for text in [try cursor.argument("an address")] + cursor.remainingArguments() {
                        primaries.append(try cursor.endpoint(of: text))
                    }
                case "fallthrough": passedOn = try cursor.zones(or: [.root])
                case "catalog":
                    throw cursor.error(
                        "secondary: the option \"catalog\" of CoreDNS is not in Martlet yet",
                        mend: "name the member zones one by one"
                    )
                default:
                    throw cursor.unknownOption(known: PluginDirective.secondaryManual.optionNames)
                }
            }
            guard !primaries.isEmpty else {
                throw place.error(
                    "secondary: 'transfer from' is required",
                    mend: "add the line 'transfer from ADDRESS...'"
                )
            }
        }
    }

    private static func makeSecondary(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let current = context
        let all = try directives.readEach { cursor in try Options(&cursor, current) }
        let notifier = context.plugins.lazy.compactMap { $0 as? any ZoneNotifier }.first
        var zones: [SecondaryZone] = []
        for options in all {
            for zone in options.zones where !zones.contains(where: { $0.served.origin == zone }) {
                let served = ServedZone(
                    zone,
                    nil,
                    passedOn: options.passedOn,
                    services: context.services
                )
                zones.append(
                    SecondaryZone(
                        served,
                        primaries: options.primaries,
                        log: context.log,
                        notifier: notifier
                    )
                )
            }
        }
        return SecondaryPlugin(zones)
    }
}
