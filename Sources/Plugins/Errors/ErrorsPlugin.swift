internal import Corefile
internal import DNSWire

/// Writes a line for each query that failed here (CoreDNS `errors`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class ErrorsPlugin: Plugin, @unchecked Sendable {
    private let log: LogSink

    /// Creates the plugin.
    init(log: LogSink) {
        self.log = log
        super.init(name: "errors")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        if disposition == .serverFailure {
            let name = transaction.questionName
            log.write(
                "[ERROR] plugin/errors: 2 \(name) \(transaction.questionType): no reply was made"
            )
        }
        return disposition
    }
}

extension PluginDirective {
    /// `errors [stdout]`: lines about failures.
    static let errors = PluginDirective(name: "errors", make: makeErrors)

    private static func makeErrors(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var cursor = directives[0].cursor()
        let arguments = cursor.remainingArguments()
        guard arguments.isEmpty || arguments == ["stdout"] else {
            throw CorefileErrors([
                cursor.error("errors: invalid log file: \(arguments[0])", mend: "use stdout")
            ])
        }
        if let option = cursor.nextOption() {
            throw CorefileErrors([
                cursor.error(
                    "errors: the option \"\(option)\" of CoreDNS is not in Martlet yet",
                    mend: "remove it"
                )
            ])
        }
        return ErrorsPlugin(log: context.log)
    }
}
