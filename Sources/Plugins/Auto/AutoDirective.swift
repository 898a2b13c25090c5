internal import Corefile

extension PluginDirective {
    /// `auto [ZONES…] { directory DIR [REGEXP ORIGIN_TEMPLATE]; reload D }`: a directory of zone
    /// files.
    static let auto = PluginDirective(name: "auto", manual: autoManual, make: makeAuto)

    static let autoManual = PluginManual(
        name: "auto",
        summary: "Answers from the zone files in a directory, as they come and go.",
        syntax: "auto [ZONES...]",
        details: [
            """
            Names in `ZONES`, or in the zones of the server block, are answered from whichever of \
            the files is for the closest zone, as `file` does. Files that can't be read as zones \
            are named in the log and left out.
            """
        ],
        options: [
            .init(
                "directory DIR [REGEXP ORIGIN_TEMPLATE]",
                """
                The directory, with those in it. Files whose names `REGEXP` matches are read, for \
                the zone that `ORIGIN_TEMPLATE` says, in which `{1}` stands for the first group.
                """,
                standard: "`db\\.(.*)` and `{1}`"
            ),
            .init(
                "reload DURATION",
                """
                How often the directory and the files' serial numbers are looked at; 0 means once.
                """,
                standard: "1m"
            ),
        ],
        differences: [
            "Several directives in a server block each serve a directory of their own.",
            "A directory serves at most \(Limits.autoZoneCountMax) zones.",
        ],
        example: """
            example.org {
                auto {
                    directory /etc/martlet/zones (.*)\\.zone {1}
                    reload 10s
                }
            }
            """
    )

    private static func makeAuto(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let current = context
        let all = try directives.readEach { cursor in
            let place = cursor
            let options = try AutoOptions(&cursor, current)
            guard !options.directory.isEmpty else {
                throw place.error(
                    "auto: no directory is named",
                    mend: "add the line 'directory DIR'"
                )
            }
            return options
        }
        for (options, directive) in zip(all, directives)
        where FileVersion(options.directory) == nil {
            context.warn(directive, "auto: directory does not exist: \(options.directory)")
        }
        let notifier = context.plugins.lazy.compactMap { $0 as? any ZoneNotifier }.first
        let services = context.services
        return AutoPlugin(
            all.map { ZoneDirectory($0, services: services, notifier: notifier) },
            every: all.map(\.interval)
        )
    }
}
