internal import DNSWire
internal import Metrics

/// Says which clients may ask for which types of which names (CoreDNS `acl`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class ACLPlugin: Plugin, @unchecked Sendable {
    /// The extended errors that say why (RFC 8914 §4.16, §4.18).
    private enum ExtendedError {
        static let blocked: UInt8 = 15
        static let filtered: UInt8 = 17
    }

    private let table: AccessTable
    private let counters: RouteCounters

    /// Creates the plugin.
    init(_ rules: [AccessRule], metrics: MetricsRegistry) {
        var zones: [Name] = []
        table = AccessTable(rules, zoneNames: &zones)
        counters = ACLPlugin.counters(zones, metrics)
        super.init(name: "acl")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard let (action, zone) = table.match(transaction), action != .allow else {
            let disposition = rest.answer(&transaction)
            if disposition != .waiting { counters.count(0, transaction) }
            return disposition
        }
        let counter = 1 + 3 * zone
        switch action {
        case .allow: return rest.answer(&transaction)
        case .block:
            counters.count(counter, transaction)
            transaction.response.responseCode = ResponseCode.refused.rawValue
            explain(ExtendedError.blocked, &transaction)
            return .written
        case .filter:
            counters.count(counter + 1, transaction)
            explain(ExtendedError.filtered, &transaction)
            return .written
        case .drop:
            counters.count(counter + 2, transaction)
            return .dropped
        }
    }

    /// Adds an extended error, for clients that use EDNS (RFC 8914 §2).
    private func explain(_ code: UInt8, _ transaction: inout Transaction) {
        let data: [2 of UInt8] = [0, code]
        unsafe withUnsafeBytes(of: data) { octets in
            _ = unsafe transaction.response.addOption(
                OptionCode.extendedError.rawValue,
                octets,
                answering: transaction.query
            )
        }
    }

    /// The counter of what is allowed, then three for each zone.
    private static func counters(_ zones: [Name], _ metrics: MetricsRegistry) -> RouteCounters {
        let kinds = [
            ("blocked", "Counter of DNS requests being blocked."),
            ("filtered", "Counter of DNS requests being filtered."),
            ("dropped", "Counter of DNS requests being dropped."),
        ]
        return RouteCounters { route in
            let labels = [("server", route?.server ?? ""), ("view", route?.view ?? "")]
            let allowed = metrics.counter(
                "coredns_acl_allowed_requests_total",
                help: "Counter of DNS requests being allowed.",
                labels: labels,
                exposesZeros: false
            )
            return [allowed]
                + zones.flatMap { zone in
                    kinds.map { kind, help in
                        metrics.counter(
                            "coredns_acl_\(kind)_requests_total",
                            help: help,
                            labels: labels + [("zone", "\(zone)")],
                            exposesZeros: false
                        )
                    }
                }
        }
    }
}
