internal import Corefile

extension PluginDirective {
    /// `hosts [FILE [ZONES…]] { … }`: addresses from a file like `/etc/hosts`.
    static let hosts = PluginDirective(name: "hosts", manual: hostsManual, make: makeHosts)

    static let hostsManual = PluginManual(
        name: "hosts",
        summary: "Answers A, AAAA and PTR from a file like `/etc/hosts`, or from the block itself.",
        syntax: "hosts [FILE [ZONES...]]",
        details: [
            """
            `FILE` is `/etc/hosts` unless another is named. Names outside of `ZONES` are left out; \
            without `ZONES`, those of the server block are meant. The directive stands once in a \
            server block.
            """,
            """
            A name whose first label is `*` stands for names with any one label in its place, \
            unless they have entries of their own. Wildcards have no PTR records.
            """,
            """
            PTR questions are answered for every address in the file, whatever `ZONES` says, and \
            passed on for all others. A name without an entry is SERVFAIL, because a hosts file \
            has no SOA record to deny a name with, unless `fallthrough` passes it on. A name with \
            entries has nothing of other types: NOERROR without records.
            """,
            """
            The file has at most \(Limits.hostsFileOctetsMax >> 20) MiB. A file that vanishes or \
            can't be read later on leaves what was read before.
            """,
        ],
        options: [
            .init(
                "ADDRESS NAME...",
                "An entry, as in a file; all of them before `fallthrough`. They follow the file's."
            ),
            .init("ttl SECONDS", "How long answers may be kept, 1 to 65535.", standard: "3600"),
            .init("no_reverse", "Makes no PTR records."),
            .init(
                "reload DURATION",
                "How often the file is looked at, by time and size; 0 means never.",
                standard: "5s"
            ),
            .init(
                "fallthrough [ZONES...]",
                "Passes unknown names on; with `ZONES` only those in them."
            ),
            .init(
                "fallthrough_unsupported",
                "Passes on other types of known names too, where `fallthrough` holds."
            ),
        ],
        metrics: [
            ("coredns_hosts_entries{hostsfile}", "the addresses and names that are held (a gauge)"),
            (
                "coredns_hosts_reload_timestamp_seconds",
                "when the file that was read last was written (a gauge)"
            ),
        ],
        differences: [
            "An entry of a name's own hides a wildcard also when one of them is inline.",
            "The file's size is bounded, so that a wrong path can't take all memory.",
        ],
        example: """
            . {
                hosts custom.hosts example.org {
                    10.0.0.1 www.example.org
                    ttl 60
                    fallthrough
                }
                forward . 192.0.2.53
            }
            """
    )

    private static func makeHosts(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        let current = context
        let options = try directives[0].read { cursor in try HostsOptions(&cursor, current) }
        switch FileVersion(options.path) {
        case nil:
            context.warn(directives.first, "hosts: file does not exist: \(options.path)")
        case let version? where version.isDirectory:
            context.warn(directives.first, "hosts: \(options.path) is a directory")
        default: break
        }
        return HostsPlugin(options, services: context.services)
    }
}
