internal import DNSWire

/// Limits what a client's payload size counts for (CoreDNS `bufsize`, RFC 6891 §6.2.5).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class BufsizePlugin: Plugin, @unchecked Sendable {
    private let size: UInt16

    /// Creates the plugin; `size` is in octets.
    init(size: UInt16) {
        self.size = size
        super.init(name: "bufsize")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard transaction.query.hasEDNS, transaction.query.udpPayloadOctets > size else {
            return rest.answer(&transaction)
        }
        transaction.query.udpPayloadOctets = size
        let disposition = rest.answer(&transaction)
        if disposition == .written, transaction.transport == .udp {
            transaction.response.fit(Int(size), answering: transaction.query)
        }
        return disposition
    }
}
