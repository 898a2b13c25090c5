internal import ClusterView
internal import DNSWire

/// Answers cluster names from a view of the registry (CoreDNS `kubernetes`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable, and the list of
/// references is made in `init`, never written after it, and freed in `deinit`.
@safe
final class KubernetesPlugin: Plugin, TransferSource, @unchecked Sendable {
    /// The zones, those with more labels first.
    let zones: [ClusterZone]
    /// The same zones, not counted: counting would make all workers write the same memory.
    let references: UnsafeMutableBufferPointer<Unmanaged<ClusterZone>>
    /// Which of the worker's views the block shows.
    let viewIndex: Int
    /// The zones whose unknown names are passed on; nil if none are.
    private let passedOn: [Name]?

    /// What the block shows of the cluster.
    let shown: ShownCluster

    /// Creates the plugin.
    init(zones: [ClusterZone], shown: ShownCluster, passedOn: [Name]?) {
        let sorted = zones.sorted { $0.labelCount > $1.labelCount }
        self.zones = sorted
        unsafe references = .allocate(capacity: sorted.count)
        for (index, zone) in sorted.enumerated() {
            unsafe references.initializeElement(at: index, to: .passUnretained(zone))
        }
        self.shown = shown
        viewIndex = shown.viewIndex
        self.passedOn = passedOn
        super.init(name: "kubernetes")
    }

    /// Views are loaded before the first query is answered.
    override var isReady: Bool? { true }

    override func addMetadata(to transaction: inout Transaction) {
        shown.addMetadata(to: &transaction)
    }

    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer {
        transaction.withSnapshot(viewIndex) { shown.offer(zone, $0) }
    }

    deinit {
        unsafe references.deallocate()
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        for index in unsafe 0..<references.count {
            // SAFETY: there is one reference per zone, and `zones` holds them.
            let zone = unsafe references[index]
            let isOurs = unsafe zone._withUnsafeGuaranteedRef {
                $0.suffix.holds(transaction.query, transaction.scratch)
            }
            guard isOurs else { continue }
            return unsafe zone._withUnsafeGuaranteedRef { answer(&transaction, in: $0, rest) }
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
            guard let target = transaction.response.name(at: position) else { return .written }
            return transaction.follow(target)
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
