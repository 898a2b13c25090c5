/// The names of one address, for reverse lookups: one immutable block of memory.
///
/// `@unchecked Sendable`: every stored property is a trivial `let`, the block they point into is
/// never written after `init`, and it is freed in `deinit`, when no reference is left.
@safe
final class AddressRecords: TrieLeaf, @unchecked Sendable {
    /// A name of the address.
    struct Entry {
        /// Labels in wire form, without the zone and without an end: `\3web\4shop\3svc`.
        var name: [UInt8]
        /// Whether the address is the cluster IP of the service with that name.
        var isClusterIP: Bool
    }

    let hash: UInt64
    /// The address in network order, 4 or 16 octets.
    let key: UnsafeRawBufferPointer
    /// The names to answer with, back to back: each a count of octets, then that many octets.
    let names: UnsafeRawBufferPointer
    /// The names that are hidden because the address is a cluster IP too, in the same form.
    private let hiddenNames: UnsafeRawBufferPointer
    /// Whether the address is a cluster IP; it then has exactly one name to answer with.
    let isClusterIP: Bool
    private let block: UnsafeRawBufferPointer

    /// Lays out the names of an address, cluster IPs first; too long names are left out.
    init(address: [UInt8], entries: [Entry]) {
        var builder = OctetBlockBuilder()
        _ = builder.append(address)
        isClusterIP = entries.first?.isClusterIP ?? false
        let shown = isClusterIP ? 1 : entries.count
        var shownEnd = address.count
        for (index, entry) in entries.enumerated() where entry.name.count <= 255 {
            _ = builder.append([UInt8(entry.name.count)])
            _ = builder.append(entry.name)
            if index < shown { shownEnd = builder.octets.count }
        }
        let end = builder.octets.count
        let block = unsafe builder.finish()
        unsafe self.block = block
        unsafe key = block.part(0, address.count)
        unsafe names = block.part(address.count, shownEnd - address.count)
        unsafe hiddenNames = block.part(shownEnd, end - shownEnd)
        hash = unsafe keyHash(key)
    }

    deinit {
        // SAFETY: the block came from OctetBlockBuilder.finish() and belongs to this object alone.
        unsafe block.deallocate()
    }

    /// All names, for a writer that makes changed records.
    var entries: [Entry] {
        var entries: [Entry] = []
        let octets = unsafe Array(names) + Array(hiddenNames)
        var offset = 0
        while offset < octets.count {
            let end = offset + 1 + Int(octets[offset])
            let name = Array(octets[(offset + 1)..<end])
            // An endpoint's name has one label more than a service's.
            let isCluster = isClusterIP && AddressRecords.labelCount(name) == 3
            entries.append(Entry(name: name, isClusterIP: isCluster))
            offset = end
        }
        return entries
    }

    private static func labelCount(_ name: [UInt8]) -> Int {
        var labels = 0
        var offset = 0
        while offset < name.count {
            offset += 1 + Int(name[offset])
            labels += 1
        }
        return labels
    }
}
