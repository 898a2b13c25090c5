internal import DNSWire

/// Writes a line for each query (CoreDNS `log`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class LogPlugin: Plugin, @unchecked Sendable {
    /// The kinds of replies that a rule may be limited to.
    enum ResponseClass: String, CaseIterable {
        case all
        case denial
        case error
        case success
    }

    /// Which queries are logged.
    struct Rule {
        /// The zone that the question's name must be in.
        var zone: Name
        /// The kinds of replies that are logged.
        var classes: Set<ResponseClass>
    }

    private let log: LogSink
    private let rules: [Rule]

    /// Creates the plugin.
    init(log: LogSink, rules: [Rule]) {
        self.log = log
        self.rules = rules
        super.init(name: "log")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let start = ContinuousClock.now
        let disposition = rest.answer(&transaction)
        let name = transaction.questionName
        guard let rule = rules.first(where: { name.isSubdomain(of: $0.zone) }) else {
            return disposition
        }
        let code = disposition.responseCode ?? transaction.response.responseCode
        guard rule.includes(code, transaction.response) else { return disposition }
        log.write(line(transaction, name, code, ContinuousClock.now - start))
        return disposition
    }

    /// The common format of CoreDNS' `log`.
    private func line(
        _ transaction: borrowing Transaction,
        _ name: Name,
        _ code: UInt16,
        _ duration: Duration
    ) -> String {
        let query = transaction.query
        let type = transaction.questionType
        let recordClass = RecordClass(rawValue: query.recordClass)
        let size = transaction.requestOctetCount
        let transport = transaction.transport.name
        let payload = query.hasEDNS ? query.udpPayloadOctets : 512
        let (seconds, attoseconds) = duration.components
        let micros = attoseconds / 1_000_000_000_000
        let fraction = String(1_000_000 + micros).dropFirst()
        let question =
            "\(type) \(recordClass) \(name.lowercased) \(transport) \(size) \(query.dnssecOK)"
        let response = transaction.response
        return "[INFO] \(transaction.client) - \(query.id) \"\(question) \(payload)\""
            + " \(ResponseCode(rawValue: code)) \(flags(query, response)) \(response.position)"
            + " \(seconds).\(fraction)s"
    }

    private func flags(_ query: QueryView, _ response: ResponseWriter) -> String {
        var flags = ["qr"]
        if response.isAuthoritative { flags.append("aa") }
        if response.isTruncated { flags.append("tc") }
        if query.recursionDesired { flags.append("rd") }
        if response.recursionAvailable { flags.append("ra") }
        if query.checkingDisabled { flags.append("cd") }
        return flags.joined(separator: ",")
    }
}

extension LogPlugin.Rule {
    /// Whether a reply is one of the kinds that are logged.
    func includes(_ code: UInt16, _ response: ResponseWriter) -> Bool {
        if classes.contains(.all) { return true }
        switch code {
        case 0: return classes.contains(response.answerCount > 0 ? .success : .denial)
        case 3: return classes.contains(.denial)
        default: return classes.contains(.error)
        }
    }
}
