internal import Corefile
internal import DNSWire
internal import ZoneFiles

extension PluginDirective {
    /// `file DBFILE [ZONES…] { … }`: a zone file.
    static let file = PluginDirective(name: "file", manual: fileManual, make: makeFile)

    static let fileManual = PluginManual(
        name: "file",
        summary: "Answers from a zone file (RFC 1035 §5).",
        syntax: "file DBFILE [ZONES...]",
        details: [
            """
            `DBFILE` is read for each of `ZONES`, or of the zones of the server block. Wildcards \
            (RFC 4592), DNAME (RFC 6672) and delegations work; an alias that leads out of the zone \
            is looked up by the server. A zone that is signed in the file is answered with its \
            signatures and NSEC or NSEC3 proofs where the query asks for them (RFC 4035 §3.1). \
            `$INCLUDE FILE [ORIGIN]` reads another file, by a path that begins in the directory of \
            the one it stands in, at most \(ZoneFileLimits.includeDepthMax) files deep.
            """,
            """
            A file that is not there at the start is a warning: until it is, the zone's names are \
            SERVFAIL. With `reload 0` it is an error.
            """,
        ],
        options: [
            .init(
                "reload DURATION",
                """
                How often the file is looked at; one whose SOA serial number has changed is \
                served. 0 means never.
                """,
                standard: "1m"
            ),
            .init(
                "reload_by_mtime",
                "Serves a file that was written even if its serial number is the same."
            ),
            .init(
                "fallthrough [ZONES...]",
                "Passes unknown names on; with `ZONES` only those in them."
            ),
        ],
        differences: [
            """
            Zones that are signed with NSEC3 (RFC 5155) are served, with their proofs; CoreDNS \
            refuses them.
            """,
            """
            Answers don't repeat the zone's NS records in the authority section: replies stay small.
            """,
            "A file is parsed only if it or one that it includes has another time, size or inode.",
        ],
        example: """
            example.org {
                file db.example.org {
                    reload 30s
                }
            }
            """
    )

    private static func makeFile(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let current = context
        let all = try directives.readEach { cursor in try FileOptions(&cursor, current) }
        let notifier = context.plugins.lazy.compactMap { $0 as? any ZoneNotifier }.first
        var watches: [(watch: ZoneFileWatch, interval: Duration)] = []
        var errors: [CorefileError] = []
        for options in all {
            do {
                let watch = try load(options, &context, notifier)
                watches.append((watch, options.interval))
            } catch {
                errors += error.errors
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return FilePlugin(watches, notifier: notifier)
    }

    /// Reads the file for the first time.
    private static func load(
        _ options: FileOptions,
        _ context: inout BlockContext,
        _ notifier: (any ZoneNotifier)?
    ) throws(CorefileErrors) -> ZoneFileWatch {
        let version = FileVersion(options.path)
        if version == nil, options.interval > .zero {
            let interval = GoDuration.text(options.interval)
            let problem = options.place.error(
                "file: \(options.path) is not there; it is looked for again every \(interval)"
            )
            context.warnings.append("\(problem)")
        }
        var zones: [ServedZone] = []
        var files: [String] = []
        for origin in options.origins {
            var zone: StaticZone?
            if version != nil || options.interval == .zero {
                do throws(ZoneFileError) {
                    let file = try ZoneFile(contentsOf: options.path, origin: origin)
                    files = file.includedFiles
                    zone = StaticZone(file)
                } catch {
                    throw CorefileErrors([options.place.error("file: \(error)")])
                }
            }
            zones.append(
                ServedZone(origin, zone, passedOn: options.passedOn, services: context.services)
            )
        }
        return ZoneFileWatch(
            options.path,
            version,
            including: files,
            zones,
            for: "file",
            followsTime: options.followsTime,
            services: context.services,
            notifier: notifier
        )
    }
}
