internal import DNSWire

/// Answers with the client's own address and port (CoreDNS `whoami`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class WhoamiPlugin: Plugin, @unchecked Sendable {
    /// Creates the plugin.
    init() {
        super.init(name: "whoami")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let name = transaction.questionName
        let client = transaction.client
        var records: [ResourceRecord] = []
        records.append(
            ResourceRecord(name: name, timeToLive: 0, data: .address(client.address))
        )
        let location = ServiceLocation(
            priority: 0,
            weight: 0,
            port: client.port,
            target: .root
        )
        if let owner = try? name.prepending(label: "_\(transaction.transport.name)") {
            records.append(
                ResourceRecord(
                    name: owner,
                    timeToLive: 0,
                    data: .srv(location)
                )
            )
        }
        transaction.response.isAuthoritative = true
        for record in records {
            // What does not fit is left out: the additional section is a courtesy.
            _ = transaction.response.append(record, to: .additional, question: name)
        }
        return .written
    }
}
