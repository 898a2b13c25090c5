internal import Addresses
internal import KubernetesModel

/// A name that a service gives to an address.
struct GivenName: Hashable, Comparable {
    /// The address.
    var address: IPAddress
    /// The label of the endpoint; empty if the address is the service's cluster IP.
    var label: String

    static func < (left: GivenName, right: GivenName) -> Bool {
        left.address == right.address
            ? left.label < right.label : left.address < right.address
    }
}

extension ClusterIndex {
    /// Brings the names of addresses up to date with a change of a service.
    ///
    /// - Complexity: O(*n* log *n*) in the addresses of the service.
    mutating func updateNames(
        _ key: ServiceKey,
        from shown: ServiceContent,
        to content: ServiceContent
    ) {
        let wanted = givenNames(content)
        let known = givenNames(shown)
        guard wanted != known, let suffix = key.suffix else { return }
        var old = known[...]
        var new = wanted[...]
        var block = BlockEditor()
        while let address = [old.first?.address, new.first?.address].compactMap(\.self).min() {
            let before = old.prefix { $0.address == address }
            let after = new.prefix { $0.address == address }
            old = old.dropFirst(before.count)
            new = new.dropFirst(after.count)
            guard before != after else { continue }
            block.move(to: address, &addresses)
            block.rename(address, suffix, labels: after.map(\.label))
        }
        block.finish(&addresses)
    }

    /// The names that a service gives, sorted, each once.
    func givenNames(_ content: ServiceContent) -> [GivenName] {
        guard let service = content.service, service.shape != .external else { return [] }
        var given = service.clusterIPs.map { GivenName(address: $0, label: "") }
        for slice in content.slices.values {
            for endpoint in slice.endpoints {
                given.append(GivenName(address: endpoint.address, label: endpoint.label))
            }
        }
        given.sort()
        var last: GivenName?
        given.removeAll { name in
            defer { last = name }
            return name == last
        }
        return given
    }
}

extension ClusterIndex.ServiceKey {
    /// The labels that end the names a service gives, in wire form; nil if they can't be labels.
    var suffix: [UInt8]? {
        guard let service = wireLabel(name), let namespace = wireLabel(namespace) else {
            return nil
        }
        return service + namespace + [3] + Array("svc".utf8)
    }
}

/// Changes names of addresses block by block: addresses come sorted, so that each block is put
/// together once.
private struct BlockEditor {
    private var prefix: [UInt8] = []
    private var old: AddressBlock?
    /// The last octets of changed addresses, ascending, and all names that each has now.
    private var edits: [(last: UInt8, names: [UInt8])] = []

    /// Goes to the block of an address, and finishes the one before.
    mutating func move(to address: IPAddress, _ trie: inout HashTrie<AddressBlock>) {
        let next = Array(address.octets.dropLast())
        guard next != prefix else { return }
        finish(&trie)
        prefix = next
        old = trie.block(next)
        edits = []
    }

    /// Replaces the names that one service gives to an address; other services' names stay.
    mutating func rename(_ address: IPAddress, _ suffix: [UInt8], labels: [String]) {
        let last = address.lastOctet
        var names: [AddressName] = []
        if let encoded = unsafe old?.encodedNames(last) {
            names = [AddressName](decoding: unsafe Array(encoded))
        }
        names.removeAll { $0.belongs(to: suffix) }
        names += labels.compactMap { AddressName(label: $0, suffix: suffix) }
        edits.append((last, names.isEmpty ? [] : names.encoded))
    }

    /// Puts the changed block into the trie.
    func finish(_ trie: inout HashTrie<AddressBlock>) {
        guard !edits.isEmpty else { return }
        if let block = AddressBlock(prefix: prefix, old, replacing: edits) {
            trie.insert(block)
        } else if let old {
            trie.remove(old)
        }
    }
}

extension IPAddress {
    /// The least significant octet.
    var lastOctet: UInt8 { UInt8(truncatingIfNeeded: low) }
}

extension HashTrie where Leaf == AddressBlock {
    /// The block of the addresses that start with `prefix`.
    fileprivate func block(_ prefix: [UInt8]) -> AddressBlock? {
        unsafe prefix.withUnsafeBytes { key in
            guard let base = key.baseAddress else { return nil }
            return unsafe find(base, count: key.count, hash: keyHash(key))?.takeUnretainedValue()
        }
    }
}
