internal import DNSWire

/// Writes a line for each query (CoreDNS `log`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class LogPlugin: Plugin, @unchecked Sendable {
    /// Which queries are logged, and how.
    struct Rule: Sendable {
        /// The zone that the question's name must be in.
        var zone: Name
        /// The kinds of replies that are logged.
        var classes: LogClasses
        /// What the line looks like.
        var format: LogFormat
    }

    @safe
    private struct Entry: Sendable {
        let classes: LogClasses
        let format: Unmanaged<LogFormat>
    }

    private let log: LogSink
    private let zones: ZoneList
    private let entries: PlainArray<Entry>
    private let formats: [LogFormat]

    /// Creates the plugin.
    init(log: LogSink, rules: [Rule]) {
        self.log = log
        zones = ZoneList(rules.map(\.zone))
        formats = rules.map(\.format)
        entries = PlainArray(
            rules.map { unsafe Entry(classes: $0.classes, format: .passUnretained($0.format)) }
        )
        super.init(name: "log")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        if disposition == .waiting { return .waiting }
        // The first rule whose zone holds the name decides.
        guard let index = zones.first(in: 0..<zones.count, holding: transaction) else {
            return disposition
        }
        let entry = entries[index]
        let outcome = LogOutcome(disposition, transaction)
        guard
            entry.classes.contains(.all)
                || entry.classes.contains(outcome.responseClass(transaction))
        else { return disposition }
        // SAFETY: `formats` holds the format for as long as this plugin.
        unsafe entry.format._withUnsafeGuaranteedRef { $0.write(transaction, outcome, to: log) }
        return disposition
    }
}
