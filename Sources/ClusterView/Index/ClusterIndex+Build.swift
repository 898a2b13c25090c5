internal import Addresses

extension ClusterIndex {
    /// Makes the records of everything at once, for the first version.
    ///
    /// Inserting one by one copies a path of the trie each time; making the tries from all leaves
    /// makes each node once.
    mutating func buildAll() {
        var leaves: [ServiceRecords] = []
        leaves.reserveCapacity(states.count)
        var given: [(name: GivenName, owner: Int)] = []
        var suffixes: [[UInt8]] = []
        for key in Array(states.keys) {
            guard var state = states[key] else { continue }
            state.shown = state.content
            if let service = state.content.service {
                let records = ServiceRecords(service, slices: state.content.orderedSlices)
                state.records = records
                leaves.append(records)
            }
            states[key] = state
            guard let suffix = key.suffix else { continue }
            suffixes.append(suffix)
            for name in givenNames(state.content) { given.append((name, suffixes.count - 1)) }
        }
        services = HashTrie(leaves)
        given.sort { $0.name.address < $1.name.address }
        addresses = HashTrie(addressRecords(given, suffixes))
    }

    /// The records of each address, from names sorted by address.
    private func addressRecords(
        _ given: [(name: GivenName, owner: Int)],
        _ suffixes: [[UInt8]]
    ) -> [AddressRecords] {
        var leaves: [AddressRecords] = []
        leaves.reserveCapacity(given.count)
        var start = 0
        while start < given.count {
            let address = given[start].name.address
            var end = start
            var entries: [AddressRecords.Entry] = []
            while end < given.count, given[end].name.address == address {
                let (name, owner) = given[end]
                if let entry = AddressRecords.Entry(label: name.label, suffix: suffixes[owner]) {
                    entries.append(entry)
                }
                end += 1
            }
            if entries.count > 1 { entries.sort { $0.isClusterIP && !$1.isClusterIP } }
            if !entries.isEmpty {
                leaves.append(AddressRecords.make(address: address.octets, entries: entries))
            }
            start = end
        }
        return leaves
    }
}
