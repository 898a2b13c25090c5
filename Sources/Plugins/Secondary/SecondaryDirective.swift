internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `secondary [ZONES…] { transfer from ADDRESS…; catalog [ZONES…]; fallthrough [ZONES…] }`:
    /// zones of primaries.
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
            """
            With `catalog` the zones are catalogs (RFC 9432): the zones that they name, their \
            members, are transferred from the same primaries and served, and taken away when the \
            catalog names them no more. A member whose label in the catalog changes starts anew. \
            A zone that the Corefile names stays what it is, and so does a member of another \
            catalog, unless that one gives it away with the `coo` property; what is known of it \
            is kept then if the label is the same. A catalog that is broken is not served, and \
            its members stay as they were. Names of members are asked of this server block only \
            if they are in its zones: `.` has room for all. The members of all catalogs of a \
            server block are at most \(Limits.catalogMemberCountMax), and have together as many \
            records and octets as one zone may have.
            """,
        ],
        options: [
            .init(
                "transfer from ADDRESS...",
                "The primaries, asked in their order; at least one. May come several times."
            ),
            .init(
                "catalog [MEMBER-ZONES...]",
                """
                Takes the zones for catalogs, and serves the zones that they name; with \
                `MEMBER-ZONES` only those that are in them.
                """
            ),
            .init(
                "fallthrough [ZONES...]",
                "Passes unknown names on; with `ZONES` only those in them."
            ),
        ],
        differences: [
            """
            A member that two catalogs name goes to the second one as soon as the first one names \
            it no more; CoreDNS waits for a change of the second.
            """,
            "A primary's transfer ends after \(Limits.transferSecondsMax / 60) minutes.",
            "Transfers are not signed: `tsig` is not there yet.",
        ],
        example: """
            example.org {
                secondary {
                    transfer from 192.0.2.53 2001:db8::53
                }
            }
            . {
                secondary catalog.example.org {
                    transfer from 192.0.2.53
                    catalog customers.example.org
                }
            }
            """
    )

    private static func makeSecondary(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let current = context
        let all = try directives.readEach { cursor in try SecondaryOptions(&cursor, current) }
        let services = context.services
        var zones: [(served: ServedZone, options: SecondaryOptions)] = []
        for options in all {
            for zone in options.zones where !zones.contains(where: { $0.served.origin == zone }) {
                let served = ServedZone(zone, nil, passedOn: options.passedOn, services: services)
                zones.append((served, options))
            }
        }
        let sources = zones.map { zone in
            zone.options.areCatalogs ? CatalogSource(zone.served.origin, zone.options) : nil
        }
        let notifier = context.plugins.lazy.compactMap { $0 as? any ZoneNotifier }.first
        let members = CatalogMembers(
            zones.map(\.served),
            sources.compactMap { $0 },
            blockZones: context.zones,
            services: services,
            notifier: notifier
        )
        let secondaries = zip(zones, sources).map { zone, source in
            SecondaryZone(
                zone.served,
                primaries: zone.options.primaries,
                log: services.log,
                notifier: notifier,
                reader: source.map { reader(of: $0, members) }
            )
        }
        return SecondaryPlugin(secondaries, members)
    }

    /// Reads a catalog when it was transferred; one that is broken is not served, and what it said
    /// before holds (RFC 9432 §5.1).
    private static func reader(
        of source: CatalogSource,
        _ members: CatalogMembers
    ) -> SecondaryZone.Reader {
        { zone throws(WireTransferError) in
            do throws(Catalog.Broken) {
                let catalog = try Catalog(zone)
                return { members.apply(catalog, of: source) }
            } catch {
                throw WireTransferError("it is no catalog zone (RFC 9432): \(error)")
            }
        }
    }
}
