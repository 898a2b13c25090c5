/// The names of one address, for reverse lookups: one immutable allocation.
///
/// The octets behind the header are the address in network order, then the names: each a count of
/// octets, then labels in wire form without the zone and without an end, `\3web\4shop\3svc`. The
/// names to answer with come first; behind them are those that are hidden because the address is a
/// cluster IP too.
///
/// A view has one of these for each endpoint, hence no pointers and no second allocation.
///
/// Nothing is written after ``make(address:entries:)`` returns, so that any thread may read it;
/// `ManagedBuffer` can't be Sendable, which is why ``ClusterSnapshot`` says so for it.
@safe
final class AddressRecords: ManagedBuffer<AddressRecords.Header, UInt8>, TrieLeaf {
    /// What is known of the octets.
    struct Header {
        /// The hash of the address.
        var hash: UInt64
        /// Octets of the address.
        var keyCount: UInt16
        /// Where the names to answer with end.
        var shownEnd: UInt32
        /// Where all names end.
        var end: UInt32
        /// Whether the address is a cluster IP; it then has exactly one name to answer with.
        var isClusterIP: Bool
    }

    /// A name of the address.
    struct Entry {
        /// Labels in wire form, without the zone and without an end: `\3web\4shop\3svc`.
        var name: [UInt8]
        /// Whether the address is the cluster IP of the service with that name.
        var isClusterIP: Bool
    }

    /// Lays out the names of an address, cluster IPs first; too long names are left out.
    static func make(address: [UInt8], entries: [Entry]) -> AddressRecords {
        let isClusterIP = entries.first?.isClusterIP ?? false
        let shown = isClusterIP ? 1 : entries.count
        var octets = address
        var shownEnd = address.count
        for (index, entry) in entries.enumerated() where entry.name.count <= 255 {
            octets.append(UInt8(entry.name.count))
            octets.append(contentsOf: entry.name)
            if index < shown { shownEnd = octets.count }
        }
        let header = Header(
            hash: unsafe address.withUnsafeBytes { unsafe keyHash($0) },
            keyCount: UInt16(address.count),
            shownEnd: UInt32(shownEnd),
            end: UInt32(octets.count),
            isClusterIP: isClusterIP
        )
        let buffer = AddressRecords.create(minimumCapacity: octets.count) { _ in header }
        unsafe buffer.withUnsafeMutablePointerToElements { elements in
            unsafe elements.initialize(from: octets, count: octets.count)
        }
        // SAFETY: create() makes an object of the class it is called on.
        return unsafe unsafeDowncast(buffer, to: AddressRecords.self)
    }

    var hash: UInt64 { header.hash }

    /// Whether the address is a cluster IP.
    var isClusterIP: Bool { header.isClusterIP }

    /// The address in network order, 4 or 16 octets.
    var key: UnsafeRawBufferPointer { unsafe octets(0, Int(header.keyCount)) }

    /// The names to answer with.
    var names: UnsafeRawBufferPointer {
        unsafe octets(Int(header.keyCount), Int(header.shownEnd))
    }

    /// The octets from `start` to `end`, valid as long as this object lives.
    private func octets(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        // SAFETY: the elements live in this object's own allocation and never move; trie and
        // snapshot hold the object while readers use the pointer.
        unsafe withUnsafeMutablePointerToElements { elements in
            unsafe UnsafeRawBufferPointer(start: elements + start, count: end - start)
        }
    }

    /// All names, for a writer that makes changed records.
    var entries: [Entry] {
        var entries: [Entry] = []
        let octets = unsafe Array(octets(Int(header.keyCount), Int(header.end)))
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
