internal import DNSWire

/// Counts queries and their replies (CoreDNS `prometheus`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; it has no properties.
final class PrometheusPlugin: Plugin, @unchecked Sendable {
    /// Creates the plugin.
    init() {
        super.init(name: "prometheus")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        if disposition == .waiting { return .waiting }
        guard let route = unsafe transaction.route else { return disposition }
        let code = disposition.responseCode ?? transaction.response.responseCode
        unsafe route._withUnsafeGuaranteedRef { $0.counters?.count(transaction, code: code) }
        return disposition
    }
}
