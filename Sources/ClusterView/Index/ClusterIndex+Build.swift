internal import Dispatch

extension ClusterIndex {
    /// Makes the records of everything at once, for the first version, with all cores at work.
    ///
    /// Inserting one by one copies a path of the trie each time; making the tries from all leaves
    /// makes each node once.
    mutating func buildAll() {
        let keys = Array(states.keys)
        let contents = keys.map { states[$0]?.content ?? ServiceContent() }
        let partCount = 16
        let built = UnsafeMutableBufferPointer<BuiltPart>.allocate(capacity: partCount)
        unsafe built.initialize(repeating: BuiltPart())
        // SAFETY: each iteration writes an element of its own, and all iterations have ended before
        // any is read. A `Mutex` would do, but ThreadSanitizer doesn't see it.
        nonisolated(unsafe) let parts = unsafe built
        defer {
            unsafe built.deinitialize()
            unsafe built.deallocate()
        }
        DispatchQueue.concurrentPerform(iterations: partCount) { number in
            let range =
                (keys.count * number / partCount)..<(keys.count * (number + 1) / partCount)
            var part = BuiltPart()
            for index in range { part.add(contents[index], keys[index], owner: index) }
            unsafe parts[number] = part
        }
        var leaves: [ServiceRecords] = []
        leaves.reserveCapacity(keys.count)
        var names = GivenNames()
        for part in unsafe Array(built) {
            for (owner, records) in part.records {
                states[keys[owner]]?.records = records
                if let records { leaves.append(records) }
            }
            names.append(part.names)
        }
        services = HashTrie(leaves)
        addresses = HashTrie(names.blocks(suffixes: keys.map { $0.suffix ?? [] }))
    }
}

/// What was made of some of the services.
///
/// `@unchecked Sendable`: records never change, and the rest are values.
private struct BuiltPart: @unchecked Sendable {
    /// The records of each service, by its number; nil where only slices are known.
    var records: [(owner: Int, records: ServiceRecords?)] = []
    var names = GivenNames()

    mutating func add(
        _ content: ClusterIndex.ServiceContent,
        _ key: ClusterIndex.ServiceKey,
        owner: Int
    ) {
        let slices = content.orderedSlices
        records.append((owner, content.service.map { ServiceRecords($0, slices: slices) }))
        guard let service = content.service, service.shape != .external, key.suffix != nil else {
            return
        }
        for address in service.clusterIPs { names.appendClusterIP(address, owner: owner) }
        for slice in slices {
            for (address, label) in slice.endpoints.packed {
                names.append(address, label, owner: owner)
            }
        }
    }
}
