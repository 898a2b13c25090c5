internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `log [NAMES…] { class … }`: a line for each query.
    static let log = PluginDirective(name: "log", make: makeLog)

    private static func makeLog(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var rules: [LogPlugin.Rule] = []
        for directive in directives {
            var cursor = directive.cursor()
            let arguments = cursor.remainingArguments()
            if arguments.count > 1, let last = arguments.last, last.contains("{") {
                throw CorefileErrors([
                    cursor.error(
                        "log: formats of one's own are not in Martlet yet",
                        mend: "leave out \"\(last)\""
                    )
                ])
            }
            var zones = arguments.isEmpty ? context.zones : []
            for argument in arguments { zones += try cursor.zones(argument) }
            var classes: Set<LogPlugin.ResponseClass> = []
            while let option = cursor.nextOption() {
                guard option == "class" else {
                    throw CorefileErrors([cursor.unknownOption(known: ["class"])])
                }
                for text in cursor.remainingArguments() {
                    guard let kind = LogPlugin.ResponseClass(rawValue: text) else {
                        throw CorefileErrors([
                            cursor.error(
                                "log: unknown class \"\(text)\"",
                                mend: "use all, denial, error or success"
                            )
                        ])
                    }
                    classes.insert(kind)
                }
            }
            if classes.isEmpty { classes = [.all] }
            rules += zones.map { LogPlugin.Rule(zone: $0, classes: classes) }
        }
        return LogPlugin(log: context.log, rules: rules)
    }
}
