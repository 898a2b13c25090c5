internal import DNSWire

/// Leaves out of replies whatever was not asked for (CoreDNS `minimal`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; it has no properties.
final class MinimalPlugin: Plugin, @unchecked Sendable {
    /// Creates the plugin.
    init() {
        super.init(name: "minimal")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        let response = transaction.response
        guard disposition == .written, response.responseCode == 0,
            response.authorityCount > 0 || response.additionalCount > 0
        else { return disposition }
        let type = transaction.questionType
        guard type != .axfr, type != .ixfr else { return disposition }
        shorten(&transaction.response, from: transaction.query.questionEnd)
        return disposition
    }

    /// Removes what is behind the answers, if those say it all.
    private func shorten(_ response: inout ResponseWriter, from start: Int) {
        // SAFETY: the reply's first `position` octets are written.
        let packet = unsafe UnsafeRawBufferPointer(
            start: response.base,
            count: response.position
        )
        var records = unsafe PacketRecords(packet, from: start)
        guard records.skip(Int(response.answerCount)) else { return }
        let end = records.position
        if response.answerCount == 0 {
            // Without answers, an SOA or NS record says that there is nothing, or who knows.
            for _ in 0..<response.authorityCount {
                guard let record = records.next(), record.type != RecordType.soa.rawValue,
                    record.type != RecordType.ns.rawValue
                else { return }
            }
        }
        response.position = end
        response.authorityCount = 0
        response.additionalCount = 0
    }
}
