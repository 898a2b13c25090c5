internal import DNSWire

/// Answers questions for type ANY with one small record (CoreDNS `any`, RFC 8482 §4.2).
///
/// `@unchecked Sendable`: restated from ``Plugin``; it has no properties.
final class AnyPlugin: Plugin, @unchecked Sendable {
    private static let timeToLive: UInt32 = 8_482

    /// Creates the plugin.
    init() {
        super.init(name: "any")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard transaction.query.type == RecordType.any.rawValue else {
            return rest.answer(&transaction)
        }
        let name = transaction.questionName
        let record = ResourceRecord(
            name: name,
            timeToLive: AnyPlugin.timeToLive,
            data: .hinfo(
                HostInformation(
                    processor: Array("ANY obsoleted".utf8),
                    system: Array("See RFC 8482".utf8)
                )
            )
        )
        // One record always fits in 512 octets.
        _ = transaction.response.append(record, to: .answer, question: name)
        return .written
    }
}
