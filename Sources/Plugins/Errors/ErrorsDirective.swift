internal import Corefile
internal import Expressions

/// What `errors` was told to do.
struct ErrorsOptions {
    /// A line of `consolidate`.
    struct Consolidation {
        var period: Duration
        var pattern: Pattern
        var level = LogLevel.error
        var showsFirst = false
    }

    /// The lines of `consolidate`, in order.
    var consolidations: [Consolidation] = []
}

extension PluginDirective {
    /// `errors [stdout] { … }`: lines about failures.
    static let errors = PluginDirective(name: "errors", manual: errorsManual, make: makeErrors)

    private static let errorsManual = PluginManual(
        name: "errors",
        summary: "Writes a line to standard output for each query that failed here.",
        syntax: "errors [stdout]",
        details: [
            """
            A line is `[ERROR] plugin/errors: CODE NAME TYPE: TEXT`: the number of the response \
            code, the question's name in lower case and type, and what went wrong.
            """
        ],
        options: [
            .init(
                "consolidate DURATION REGEXP [LEVEL] [show_first]",
                """
                Counts errors whose text `REGEXP` occurs in, for `DURATION` from the first one \
                on, and writes one line: `N errors like 'REGEXP' occurred in last DURATION`. \
                `LEVEL` is warning, error, info or debug. With `show_first` the first error is \
                written at once, too. Of several such lines, the first that matches counts.
                """,
                standard: "error"
            ),
            .init("stacktrace", "Accepted; Martlet does not go on after a crash."),
        ],
        differences: [
            """
            A text on which a pattern takes too long is written as if the pattern were not there, \
            with a remark; patterns of CoreDNS always run in linear time.
            """
        ],
        example: """
            . {
                errors {
                    consolidate 5m ".* i/o timeout$" warning show_first
                    consolidate 30s "^failed to .+"
                }
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeErrors(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var options = ErrorsOptions()
        _ = try directives.readEach { cursor in
            if let argument = cursor.nextArgument(), argument != "stdout" {
                throw cursor.error("errors: invalid log file: \(argument)", mend: "use stdout")
            }
            try cursor.noMoreArguments()
            try cursor.readOptions { option, cursor in
                switch option {
                case "stacktrace": break
                case "consolidate": options.consolidations.append(try .init(&cursor))
                default: throw cursor.unknownOption(known: ["consolidate", "stacktrace"])
                }
            }
        }
        let services = context.services
        let isDebugging = context.directives.contains("debug")
        return ErrorsPlugin(
            log: context.log,
            consolidations: options.consolidations.map {
                ErrorConsolidation($0, isDebugging: isDebugging, services: services)
            }
        )
    }
}

extension ErrorsOptions.Consolidation {
    /// Reads the rest of the line.
    fileprivate init(_ cursor: inout DirectiveCursor) throws(CorefileError) {
        let period = try cursor.duration()
        let source = try cursor.argument("a regular expression")
        self.init(period: period, pattern: try cursor.pattern(source))
        while let word = cursor.nextArgument() {
            if word == "show_first", !showsFirst {
                showsFirst = true
            } else if let level = LogLevel(rawValue: word) {
                self.level = level
            } else {
                throw cursor.error(
                    "errors: unknown argument in consolidate: \(word)",
                    mend: "use warning, error, info, debug or show_first"
                )
            }
        }
    }
}
