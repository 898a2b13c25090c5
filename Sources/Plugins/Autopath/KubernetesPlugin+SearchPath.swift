internal import ClusterView
internal import DNSWire

extension KubernetesPlugin {
    /// How many labels the zone has that a query's name is in; nil if it is in none, or in one of
    /// addresses.
    func zoneLabelCount(_ transaction: borrowing Transaction) -> Int? {
        for index in 0..<zones.count {
            // SAFETY: there is one reference per zone, and `zones` holds them.
            let found: Int? = unsafe references[index]._withUnsafeGuaranteedRef { zone in
                guard !zone.isReverse, zone.holds(transaction.query, transaction.scratch) else {
                    return nil
                }
                return zone.labelCount
            }
            if let found { return found }
        }
        return nil
    }

    /// Whether the client is a pod of the namespace in a label of the query's name.
    func isClientPod(ofNamespaceAt index: Int, _ transaction: borrowing Transaction) -> Bool {
        guard index >= 0, index < transaction.query.labelCount else { return false }
        let scratch = transaction.scratch
        // SAFETY: the label's octets are in the scratch memory, as the query was read into it.
        let start = unsafe scratch.name + Int(scratch.labels[index])
        let count = unsafe Int(start.pointee) + 1
        let label = unsafe UnsafeRawBufferPointer(start: start, count: count)
        let client = transaction.client.address
        return transaction.withSnapshot(viewIndex) { unsafe $0.hasPod(label, at: client) }
    }
}
