internal import ClusterView
internal import DNSWire

/// Answers cluster names from a view of the registry (CoreDNS `kubernetes`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class KubernetesPlugin: Plugin, @unchecked Sendable {
    /// The zones, those with more labels first.
    private let zones: [ClusterZone]
    /// Which of the worker's views the block shows.
    private let viewIndex: Int
    /// The zones whose unknown names are passed on; nil if none are.
    private let passedOn: [Name]?

    /// Creates the plugin.
    init(zones: [ClusterZone], viewIndex: Int, passedOn: [Name]?) {
        self.zones = zones.sorted { $0.labelCount > $1.labelCount }
        self.viewIndex = viewIndex
        self.passedOn = passedOn
        super.init(name: "kubernetes")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        for index in zones.indices
        where zones[index].holds(transaction.query, transaction.scratch) {
            return answer(&transaction, in: zones[index], rest)
        }
        return rest.answer(&transaction)
    }

    private func answer(
        _ transaction: inout Transaction,
        in zone: ClusterZone,
        _ rest: RestOfChain
    ) -> Disposition {
        let answer = transaction.withSnapshot(viewIndex) {
            ClusterAnswer(
                from: $0,
                zone: zone,
                type: transaction.query.type,
                random: transaction.random
            )
        }
        let query = transaction.query
        let outcome = answer.answer(
            query,
            scratch: transaction.scratch,
            spare: transaction.spare,
            into: &transaction.response
        )
        switch outcome {
        case .answered:
            return .written
        case .refused:
            return .refused
        case .chase(let position):
            if let target = transaction.response.name(at: position) { transaction.follow(target) }
            return .written
        case .nameError:
            if let passedOn, isPassedOn(transaction.questionName, passedOn) {
                return rest.answer(&transaction)
            }
            answer.writeNameError(
                query,
                scratch: transaction.scratch,
                into: &transaction.response
            )
            return .written
        }
    }

    private func isPassedOn(_ name: Name, _ zones: [Name]) -> Bool {
        zones.contains { name.isSubdomain(of: $0) }
    }
}

extension ResponseWriter {
    /// The uncompressed name that ends the reply so far, from `start` on.
    func name(at start: Int) -> Name? {
        guard start >= QueryView.headerOctetCount, start < position else { return nil }
        let octets = unsafe UnsafeRawBufferPointer(start: base + start, count: position - start)
        return unsafe try? Name(wire: Array(octets))
    }
}
