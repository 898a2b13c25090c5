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
        guard wanted != known else { return }
        var old = known[...]
        var new = wanted[...]
        while let address = [old.first?.address, new.first?.address].compactMap(\.self).min() {
            let before = old.prefix { $0.address == address }
            let after = new.prefix { $0.address == address }
            old = old.dropFirst(before.count)
            new = new.dropFirst(after.count)
            if before != after { rename(address, key, labels: after.map(\.label)) }
        }
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

    /// Replaces the names that one service gives to an address; other services' names stay.
    private mutating func rename(_ address: IPAddress, _ key: ServiceKey, labels: [String]) {
        guard let suffix = key.suffix else { return }
        let octets = address.octets
        var entries = addresses.entries(octets).filter { !$0.belongs(to: suffix) }
        entries += labels.compactMap { AddressRecords.Entry(label: $0, suffix: suffix) }
        // Cluster IPs first: where there is one, it is the only name that is answered.
        entries.sort { $0.isClusterIP && !$1.isClusterIP }
        let records = AddressRecords.make(address: octets, entries: entries)
        if entries.isEmpty { addresses.remove(records) } else { addresses.insert(records) }
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

extension AddressRecords.Entry {
    /// The name of an endpoint, or of the service itself for an empty label; nil if the label
    /// can't be in a name.
    init?(label: String, suffix: [UInt8]) {
        guard !label.isEmpty else {
            self.init(name: suffix, isClusterIP: true)
            return
        }
        guard let wire = wireLabel(label) else { return nil }
        self.init(name: wire + suffix, isClusterIP: false)
    }

    /// Whether the name is the service's with the labels `suffix`, or an endpoint's below it.
    fileprivate func belongs(to suffix: [UInt8]) -> Bool {
        guard name.count >= suffix.count, name.suffix(suffix.count) == suffix[...] else {
            return false
        }
        // What is left in front must be nothing or exactly one label.
        let front = name.count - suffix.count
        return front == 0 || Int(name[0]) + 1 == front
    }
}

extension HashTrie where Leaf == AddressRecords {
    /// The names of an address.
    fileprivate func entries(_ octets: [UInt8]) -> [AddressRecords.Entry] {
        unsafe octets.withUnsafeBytes { key in
            guard let base = key.baseAddress,
                let leaf = unsafe find(base, count: key.count, hash: keyHash(key))
            else { return [] }
            return unsafe leaf._withUnsafeGuaranteedRef { $0.entries }
        }
    }
}
