import DNSWire
import Plugins

/// The end of a chain that answers as a test says, and keeps what it was asked.
///
/// `@unchecked Sendable`: each test uses its own from one thread.
final class ScriptedPlugin: Plugin, @unchecked Sendable {
    /// The queries that came.
    var asked: [Message] = []
    /// What is replied; the question is the query's own.
    var reply = Message(header: Header(id: 0))
    /// What is returned instead of a reply.
    var disposition: Disposition?
    /// Why queries fail, if they do.
    var failure: String?
    /// What is told about each query.
    var metadata: [String: String] = [:]

    init() { super.init(name: "scripted") }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        if let message = transaction.requestMessage { asked.append(message) }
        if let failure { return transaction.fail(failure) }
        if let disposition { return disposition }
        transaction.write(reply)
        return .written
    }

    override func addMetadata(to transaction: inout Transaction) {
        for (label, value) in metadata { transaction.setMetadata(label, value) }
    }
}
