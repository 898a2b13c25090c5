internal import DNSWire

extension ClusterAnswer {
    /// Labels of a complete reverse name without its two-label suffix.
    private static var ipv4Labels: Int { 4 }
    private static var ipv6Labels: Int { 32 }

    /// A name below `in-addr.arpa` or `ip6.arpa` (RFC 1035 §3.5, RFC 3596 §2.5).
    ///
    /// A shorter name than an address's is a node on the way to one: it exists and has no data.
    func findReverse(_ name: AskedName, into writer: inout ResponseWriter) -> Finding {
        let isIPv4 = name.isLabel(name.labelCount - 2, "in-addr")
        let wanted = isIPv4 ? ClusterAnswer.ipv4Labels : ClusterAnswer.ipv6Labels
        let given = name.labelCount - 2
        guard given <= wanted else { return .nameError }
        // 16 octets on the stack: the address in network order.
        var address: (UInt64, UInt64) = (0, 0)
        let isValid = unsafe withUnsafeMutableBytes(of: &address) { octets in
            unsafe isIPv4
                ? readIPv4(name, given, into: octets) : readIPv6(name, given, into: octets)
        }
        guard isValid else { return .nameError }
        guard given == wanted else { return .noData }
        let count = isIPv4 ? 4 : 16
        return unsafe withUnsafeBytes(of: &address) { octets in
            guard let base = octets.baseAddress else { return .nameError }
            let hash = unsafe KeyHash.hash(base, count: count - 1, seed: KeyHash.seed)
            let found = unsafe snapshot._withUnsafeGuaranteedRef {
                unsafe $0.addresses.find(base, count: count - 1, hash: hash)
            }
            guard let found = unsafe found else { return .nameError }
            return unsafe found._withUnsafeGuaranteedRef { block in
                guard let names = unsafe block.encodedNames(octets[count - 1]) else {
                    return .nameError
                }
                return unsafe writePointers(names, name, into: &writer)
            }
        }
    }

    /// Reads decimal labels, the last octet first; false if one isn't 0…255 without extra zeros.
    private func readIPv4(
        _ name: AskedName,
        _ given: Int,
        into octets: UnsafeMutableRawBufferPointer
    ) -> Bool {
        for index in 0..<given {
            let label = unsafe name.label(index)
            let count = unsafe Int(label.load(as: UInt8.self))
            guard (1...3).contains(count) else { return false }
            var value = 0
            for place in 1...count {
                let digit = unsafe Int(label.load(fromByteOffset: place, as: UInt8.self)) - 0x30
                guard (0...9).contains(digit), !(place == 2 && value == 0) else { return false }
                value = value * 10 + digit
            }
            guard value <= 255 else { return false }
            unsafe octets[given - 1 - index] = UInt8(truncatingIfNeeded: value)
        }
        return true
    }

    /// Reads labels of one hexadecimal digit, the last one first.
    private func readIPv6(
        _ name: AskedName,
        _ given: Int,
        into octets: UnsafeMutableRawBufferPointer
    ) -> Bool {
        for index in 0..<given {
            let label = unsafe name.label(index)
            guard unsafe label.load(as: UInt8.self) == 1 else { return false }
            let character = unsafe label.load(fromByteOffset: 1, as: UInt8.self)
            let nibble: UInt8
            switch character {
            case 0x30...0x39: nibble = character - 0x30
            case 0x61...0x66: nibble = character - 0x61 + 10
            default: return false
            }
            let place = given - 1 - index
            unsafe octets[place / 2] |= place.isMultiple(of: 2) ? nibble << 4 : nibble
        }
        return true
    }

    /// Writes a PTR record for each name of an address, below the primary zone.
    ///
    /// `names` is what `[AddressName].encoded` makes.
    private func writePointers(
        _ names: UnsafeRawBufferPointer,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        unsafe zone._withUnsafeGuaranteedRef { zone in
            // The name of a cluster IP comes first and is the only one to answer with.
            let isClusterIP = unsafe names[0] == 1
            var offset = 1
            var shown = 0
            while offset < names.count, !(isClusterIP && offset > 1) {
                let count = unsafe Int(names[offset])
                let labels = unsafe names.part(offset + 1, count)
                offset += 1 + count
                guard unsafe isShown(labels, zone) else { continue }
                shown += 1
                guard type == TypeCode.ptr else { return .noData }
                let total = unsafe count + zone.primaryName.count
                guard total <= QueryView.nameOctetCountMax else { continue }
                guard
                    writer.beginRecord(
                        owner: name.position,
                        type: TypeCode.ptr,
                        timeToLive: zone.timeToLive,
                        dataOctetCount: total
                    )
                else {
                    writer.isTruncated = true
                    return .records
                }
                unsafe writer.write(labels)
                unsafe writer.write(zone.primaryName)
                writer.count(.answer)
            }
            return shown > 0 ? .records : .nameError
        }
    }

    /// Whether the namespace of a name `[E.]S.NS.svc` is shown.
    private func isShown(_ labels: UnsafeRawBufferPointer, _ zone: ClusterZone) -> Bool {
        guard zone.exposed != nil, let base = labels.baseAddress else { return true }
        // The namespace is the label before the last, `svc`.
        var offset = 0
        var previous = 0
        while unsafe offset + Int(labels[offset]) + 1 < labels.count {
            previous = offset
            offset += unsafe Int(labels[offset]) + 1
        }
        let label = unsafe base + previous
        let count = unsafe Int(labels[previous]) + 1
        let hash = unsafe KeyHash.hash(label, count: count, seed: KeyHash.seed)
        return unsafe isListed(label, count: count, hash: hash)
    }
}
