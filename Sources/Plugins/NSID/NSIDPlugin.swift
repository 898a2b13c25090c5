internal import DNSWire

/// Adds the server's identifier to replies for clients that ask for it (CoreDNS `nsid`, RFC 5001).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class NSIDPlugin: Plugin, @unchecked Sendable {
    private let data: [UInt8]

    /// Creates the plugin.
    init(data: [UInt8]) {
        self.data = data
        super.init(name: "nsid")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        if transaction.query.wantsIdentifier { add(to: &transaction) }
        return rest.answer(&transaction)
    }

    /// Adds the option before there is anything else, so that the reply leaves room for it.
    private func add(to transaction: inout Transaction) {
        unsafe data.withUnsafeBytes { octets in
            _ = unsafe transaction.response.addOption(
                OptionCode.nsid.rawValue,
                octets,
                answering: transaction.query
            )
        }
    }
}
