internal import Addresses

/// Names of very many addresses, from which the first version's blocks are made.
///
/// Labels lie in one run of octets and entries are plain numbers, so that a hundred thousand of
/// them are sorted and encoded without an allocation for each.
struct GivenNames {
    private struct Entry {
        var address: IPAddress
        /// The number of the service that gives the name.
        var owner: Int32
        /// Where the label starts in `labels`.
        var start: Int32
        /// The label's octets; one of the two marks below, or 1…63.
        var count: UInt8
    }

    /// Marks the name of a service itself, which its cluster IP has.
    private static let clusterIP: UInt8 = 0
    /// Marks a label that is the address with dashes.
    private static let dashed: UInt8 = 255

    private var entries: [Entry] = []
    private var labels: [UInt8] = []

    /// Adds the name of a service at its cluster IP.
    mutating func appendClusterIP(_ address: IPAddress, owner: Int) {
        append(address, owner, GivenNames.clusterIP)
    }

    /// Adds the name of an endpoint, with its label as ``EndpointList`` packs it.
    mutating func append(_ address: IPAddress, _ label: ArraySlice<UInt8>, owner: Int) {
        if !label.isEmpty {
            append(address, owner, UInt8(label.count))
            labels.append(contentsOf: label)
        } else if address.isIPv4 {
            append(address, owner, GivenNames.dashed)
        } else {
            let text = EndpointData.dashedLabel(address).utf8
            append(address, owner, UInt8(text.count))
            labels.append(contentsOf: text)
        }
    }

    private mutating func append(_ address: IPAddress, _ owner: Int, _ count: UInt8) {
        entries.append(
            Entry(
                address: address,
                owner: Int32(owner),
                start: Int32(labels.count),
                count: count
            )
        )
    }

    /// Adds names that were collected apart.
    mutating func append(_ other: GivenNames) {
        let base = Int32(labels.count)
        labels.append(contentsOf: other.labels)
        entries.reserveCapacity(entries.count + other.entries.count)
        for var entry in other.entries {
            entry.start += base
            entries.append(entry)
        }
    }

    /// The blocks of the addresses; `suffixes` has the ends of each service's names.
    consuming func blocks(suffixes: [[UInt8]]) -> [AddressBlock] {
        let labels = labels
        entries.sort { left, right in
            if left.address != right.address { return left.address < right.address }
            return GivenNames.isBefore(left, right, labels)
        }
        var blocks: [AddressBlock] = []
        var block = OpenBlock()
        var start = 0
        while start < entries.count {
            let address = entries[start].address
            var end = start + 1
            while end < entries.count, entries[end].address == address { end += 1 }
            block.open(address, &blocks)
            // The names of services come first, and say so.
            for isClusterIP in [true, false] {
                for index in start..<end
                where (entries[index].count == GivenNames.clusterIP) == isClusterIP {
                    // What a service says twice stands side by side.
                    let isRepeated =
                        index > start
                        && !GivenNames.isBefore(entries[index - 1], entries[index], labels)
                    if !isRepeated { append(entries[index], suffixes, to: &block) }
                }
            }
            block.close(address)
            start = end
        }
        block.finish(&blocks)
        return blocks
    }

    /// Whether one entry of an address comes before another.
    private static func isBefore(_ left: Entry, _ right: Entry, _ labels: [UInt8]) -> Bool {
        if left.owner != right.owner { return left.owner < right.owner }
        if left.count != right.count { return left.count < right.count }
        guard left.count != clusterIP, left.count != dashed else { return false }
        let first = Int(left.start)
        let second = Int(right.start)
        return labels[first..<(first + Int(left.count))]
            .lexicographicallyPrecedes(labels[second..<(second + Int(right.count))])
    }

    private func append(_ entry: Entry, _ suffixes: [[UInt8]], to block: inout OpenBlock) {
        let suffix = suffixes[Int(entry.owner)]
        switch entry.count {
        case GivenNames.clusterIP: block.appendClusterIP(suffix)
        case GivenNames.dashed:
            block.append(suffix) { octets in
                let bits = UInt32(truncatingIfNeeded: entry.address.low)
                EndpointData.appendDashed(bits) { octets.append($0) }
            }
        default:
            let start = Int(entry.start)
            block.append(suffix) { octets in
                octets.append(contentsOf: labels[start..<(start + Int(entry.count))])
            }
        }
    }
}

/// A block that is being put together, address by address.
private struct OpenBlock {
    private var prefix: [UInt8] = []
    private var lasts: [UInt8] = []
    private var starts: [UInt32] = [0]
    private var names: [UInt8] = []
    /// Where the names of the open address start.
    private var start = 0

    /// Begins with an address, and finishes the block before if the address isn't part of it.
    mutating func open(_ address: IPAddress, _ blocks: inout [AddressBlock]) {
        let octets = address.octets.dropLast()
        if octets != prefix[...] {
            finish(&blocks)
            prefix = Array(octets)
            lasts.removeAll(keepingCapacity: true)
            starts = [0]
            names.removeAll(keepingCapacity: true)
        }
        start = names.count
        names.append(0)
    }

    /// Appends the name of a service.
    mutating func appendClusterIP(_ suffix: [UInt8]) {
        names[start] = 1
        names.append(UInt8(suffix.count))
        names.append(contentsOf: suffix)
    }

    /// Appends the name of an endpoint; a label that can't be in a name is left out.
    mutating func append(_ suffix: [UInt8], _ writeLabel: (inout [UInt8]) -> Void) {
        let place = names.count
        names.append(0)
        names.append(0)
        writeLabel(&names)
        let labelCount = names.count - place - 2
        let count = 1 + labelCount + suffix.count
        var isLabel = count <= 255
        for index in (place + 2)..<names.count where names[index] == UInt8(ascii: ".") {
            isLabel = false
        }
        guard isLabel else {
            names.removeLast(names.count - place)
            return
        }
        names[place] = UInt8(count)
        names[place + 1] = UInt8(labelCount)
        names.append(contentsOf: suffix)
    }

    /// Ends the names of an address.
    mutating func close(_ address: IPAddress) {
        guard names.count > start + 1 else {
            names.removeLast()
            return
        }
        lasts.append(address.lastOctet)
        starts.append(UInt32(names.count))
    }

    /// Makes the block, unless there is nothing in it.
    mutating func finish(_ blocks: inout [AddressBlock]) {
        guard !lasts.isEmpty else { return }
        blocks.append(AddressBlock(prefix: prefix, lasts: lasts, starts: starts, names: names))
        lasts.removeAll(keepingCapacity: true)
    }
}
