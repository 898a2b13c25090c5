internal import DNSWire

/// Answers questions of class CH about the server (CoreDNS `chaos`, RFC 4892).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class ChaosPlugin: Plugin, @unchecked Sendable {
    private static let textOctetsMax = 255
    private let texts: [Name: [[UInt8]]]

    /// Creates the plugin.
    init(version: String, authors: [String], host: String) {
        var texts: [Name: [[UInt8]]] = [:]
        let all = [
            ("version.bind", [version]), ("version.server", [version]), ("authors.bind", authors),
            ("hostname.bind", [host]), ("id.server", [host]),
        ]
        for (text, values) in all {
            guard let name = Name(text) else { continue }
            texts[name] = values.map { Array($0.utf8.prefix(ChaosPlugin.textOctetsMax)) }
        }
        self.texts = texts
        super.init(name: "chaos")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard transaction.query.recordClass == RecordClass.ch.rawValue,
            transaction.query.type == RecordType.txt.rawValue
        else { return rest.answer(&transaction) }
        let name = transaction.questionName
        guard var found = texts[name] else { return rest.answer(&transaction) }
        var random = SmallRandom(transaction.random, purpose: 1)
        found.shuffle(using: &random)
        for text in found {
            let record = ResourceRecord(
                name: name,
                timeToLive: 0,
                recordClass: .ch,
                data: .txt([text])
            )
            guard transaction.response.append(record, to: .answer, question: name) else {
                transaction.response.isTruncated = true
                break
            }
        }
        return .written
    }
}
