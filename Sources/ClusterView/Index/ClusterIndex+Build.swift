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
        addresses = HashTrie(blocks(given, suffixes))
    }

    /// The blocks of addresses, from names sorted by address.
    private func blocks(
        _ given: [(name: GivenName, owner: Int)],
        _ suffixes: [[UInt8]]
    ) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        var prefix: [UInt8] = []
        var parts: [(last: UInt8, names: [UInt8])] = []
        var start = 0
        while start < given.count {
            let address = given[start].name.address
            let next = Array(address.octets.dropLast())
            if next != prefix {
                if !parts.isEmpty { blocks.append(AddressBlock(prefix: prefix, parts)) }
                prefix = next
                parts.removeAll(keepingCapacity: true)
            }
            var names: [AddressName] = []
            while start < given.count, given[start].name.address == address {
                let (name, owner) = given[start]
                if let name = AddressName(label: name.label, suffix: suffixes[owner]) {
                    names.append(name)
                }
                start += 1
            }
            if !names.isEmpty { parts.append((address.lastOctet, names.encoded)) }
        }
        if !parts.isEmpty { blocks.append(AddressBlock(prefix: prefix, parts)) }
        return blocks
    }
}
