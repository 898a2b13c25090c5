/// A name of an address.
struct AddressName: Hashable {
    /// Labels in wire form, without the zone and without an end: `\3web\4shop\3svc`.
    var octets: [UInt8]
    /// Whether the address is the cluster IP of the service with that name.
    var isClusterIP: Bool

    /// Keeps a name.
    init(octets: [UInt8], isClusterIP: Bool) {
        self.octets = octets
        self.isClusterIP = isClusterIP
    }

    /// Makes the name of an endpoint, or of the service itself for an empty label; nil if the label
    /// can't be in a name, or the name is too long.
    init?(label: String, suffix: [UInt8]) {
        isClusterIP = label.isEmpty
        octets = suffix
        guard !label.isEmpty else { return }
        guard let wire = wireLabel(label), wire.count + suffix.count <= 255 else { return nil }
        octets = wire + suffix
    }

    /// Whether the name is the service's with the labels `suffix`, or an endpoint's below it.
    func belongs(to suffix: [UInt8]) -> Bool {
        guard octets.count >= suffix.count, octets.suffix(suffix.count) == suffix[...] else {
            return false
        }
        // What is left in front must be nothing or exactly one label.
        let front = octets.count - suffix.count
        return front == 0 || Int(octets[0]) + 1 == front
    }
}

extension [AddressName] {
    /// The names of one address as octets: one that says whether the first is that of a cluster IP,
    /// then each name behind its count.
    ///
    /// Cluster IPs come first: where there is one, it is the only name that is answered, and the
    /// others wait until it goes.
    var encoded: [UInt8] {
        let ordered = filter(\.isClusterIP) + filter { !$0.isClusterIP }
        var octets: [UInt8] = [ordered.first?.isClusterIP == true ? 1 : 0]
        for name in ordered {
            octets.append(UInt8(name.octets.count))
            octets.append(contentsOf: name.octets)
        }
        return octets
    }

    /// Reads what `encoded` made.
    init(decoding octets: [UInt8]) {
        self.init()
        let hasClusterIP = octets.first == 1
        var offset = 1
        while offset < octets.count {
            let end = offset + 1 + Int(octets[offset])
            let name = [UInt8](octets[(offset + 1)..<end])
            // An endpoint's name has one label more than a service's.
            let isCluster = hasClusterIP && AddressName.labelCount(name) == 3
            append(AddressName(octets: name, isClusterIP: isCluster))
            offset = end
        }
    }
}

extension AddressName {
    fileprivate static func labelCount(_ name: [UInt8]) -> Int {
        var labels = 0
        var offset = 0
        while offset < name.count {
            offset += 1 + Int(name[offset])
            labels += 1
        }
        return labels
    }
}
