internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `log [NAMES…] [FORMAT] { class … }`: a line for each query.
    static let log = PluginDirective(name: "log", manual: logManual, make: makeLog)

    private static let logManual = PluginManual(
        name: "log",
        summary: "Writes a line to standard output for each query.",
        syntax: "log [NAMES...] [FORMAT]",
        details: [
            """
            Queries for a name in `NAMES` are logged; without names, all that the server block \
            answers. Blocks of addresses such as 10.0.0.0/8 mean their reverse zones. Of several \
            `log` directives, the first one that holds a name decides.
            """,
            """
            `FORMAT` is the last argument if it has a `{` in it and another argument stands \
            before it. It is text with these tokens: `{type}`, `{class}` and `{name}` of the \
            question, the name in lower case; `{proto}`, `udp` or `tcp`; `{remote}` and `{port}` \
            of the client and `{local}`, the address asked, IPv6 in brackets; `{size}` and \
            `{rsize}`, octets of query and reply; `{rcode}`; `{duration}` in seconds; `{>id}`, \
            `{>opcode}`, `{>do}` and `{>bufsize}` of the query, and `{>rflags}`, the flags of the \
            reply; `{/PLUGIN/LABEL}`, what a plugin knows where `metadata` is in the block. What \
            is not known is written as `-`, braces around anything else as they are. `{common}` \
            is the format that holds without one, `{combined}` the same with `"{>opcode}"` at its \
            end.
            """,
            """
            The common format is `{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} \
            {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}`.
            """,
            """
            Lines wait in a buffer of 1 MiB and are written by a thread of their own: a reader \
            that is slow never holds up an answer. Lines that find the buffer full are dropped \
            and counted.
            """,
        ],
        options: [
            .init(
                "class all|denial|error|success...",
                """
                Logs only replies of these kinds: `denial` is a name or type that does not \
                exist, as an SOA record in the authority section says, `success` any other \
                NOERROR reply, `error` all else.
                """,
                standard: "all"
            )
        ],
        metrics: [
            (
                "martlet_log_dropped_lines_total",
                "lines that were dropped because the output was too slow"
            )
        ],
        differences: [
            """
            A query that failed without a reply of a plugin is logged with the code and flags of \
            the reply that the server makes; CoreDNS writes `- - 0`.
            """,
            """
            `{duration}` is counted from the batch in which the query was read from the socket.
            """,
            """
            Octets of a name that are no printable characters, and spaces, are written as `\\DDD`.
            """,
        ],
        example: """
            . {
                log example.org "{remote} {name} {rcode} {duration}" {
                    class denial error
                }
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeLog(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var warnings: [String] = []
        let rules = try directives.readEach { cursor in
            let (zones, format) = try logScope(&cursor, &warnings)
            var classes: LogClasses = []
            try cursor.readOptions { option, cursor in
                guard option == "class" else { throw cursor.unknownOption(known: ["class"]) }
                repeat { classes.insert(try logClass(&cursor)) } while cursor.hasArgument
            }
            if classes.isEmpty { classes = .all }
            return zones.map { LogPlugin.Rule(zone: $0, classes: classes, format: format) }
        }
        context.warnings += warnings
        return LogPlugin(log: context.log, rules: rules.flatMap { $0 })
    }

    /// Reads the arguments of a directive.
    private static func logScope(
        _ cursor: inout DirectiveCursor,
        _ warnings: inout [String]
    ) throws(CorefileErrors) -> ([Name], LogFormat) {
        var names = cursor.remainingArguments()
        var format = LogPiece.common
        if let last = names.last, last.contains("{") {
            if names.count > 1 {
                format = last
                names.removeLast()
            } else {
                let place = cursor.position.map { "\($0): " } ?? ""
                warnings.append(
                    "\(place)log: \"\(last)\" alone is a name, not a format: write it after a name"
                )
            }
        }
        var zones: [Name] = []
        for name in names { zones += try cursor.zones(name) }
        return (zones.isEmpty ? [.root] : zones, LogFormat(LogPiece.pieces(of: format)))
    }

    private static func logClass(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> LogClasses {
        let text = try cursor.argument("all, denial, error or success")
        for (name, value) in LogClasses.named where name == text { return value }
        throw cursor.wrong(
            text,
            "is no class of replies",
            mend: "use all, denial, error or success"
        )
    }
}
