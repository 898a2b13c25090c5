public import ClusterView
public import DNSWire

/// Whom plugins ask about names other than the one in the question.
///
/// The server implements it by sending a question of its own through the same listener.
///
/// `@unchecked Sendable`: as for ``Plugin``.
open class Resolver: @unchecked Sendable {
    /// Creates a resolver.
    public init() {}

    /// Asks a question; allocates, hence only for aliases and the like.
    ///
    /// The asking query sees the versions in `snapshots`; `depth` queries led to this one, itself
    /// included.
    ///
    /// - Returns: The reply; nil if there is none.
    open func resolve(
        _ question: Question,
        for client: ClientAddress,
        snapshots: UnsafeBufferPointer<Unmanaged<ClusterSnapshot>>,
        depth: Int
    ) -> Message? {
        nil
    }
}

extension Transaction {
    /// Queries that may be made from one: beyond, an alias is left as it is.
    static var depthMax: Int { 8 }

    /// The version of a view that this query sees.
    func withSnapshot<Result>(_ index: Int, _ body: (ClusterSnapshot) -> Result) -> Result {
        unsafe snapshots[index]._withUnsafeGuaranteedRef { body($0) }
    }

    /// Looks up the target of an alias that was written, and appends what is found.
    ///
    /// The alias itself stays in the answer whatever the lookup yields, with NOERROR: a client
    /// that asks for the alias must see it even if nobody here knows the target.
    mutating func follow(_ target: Name) {
        guard depth < Transaction.depthMax else { return }
        let question = Question(name: target, type: questionType)
        let found = unsafe resolver._withUnsafeGuaranteedRef {
            unsafe $0.resolve(question, for: client, snapshots: snapshots, depth: depth + 1)
        }
        guard let found else { return }
        let asked = questionName
        for record in found.answers {
            // A circle of aliases ends where it closes.
            if case .cname = record.data, record.name == asked { return }
            guard response.append(record, to: .answer, question: asked) else {
                response.isTruncated = true
                return
            }
        }
        if found.header.isTruncated { response.isTruncated = true }
    }
}
