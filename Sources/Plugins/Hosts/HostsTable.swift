internal import DNSWire
internal import Glibc

/// What a hosts file says: immutable, looked up without allocating or counting.
///
/// `@unchecked Sendable`: the memory is written in `init` only, and freed in `deinit`.
@safe
final class HostsTable: @unchecked Sendable {
    /// What is known at one name; all of it is in the block of octets.
    @safe
    struct Row {
        /// IPv4 addresses in network order, back to back.
        let ipv4: UnsafeRawBufferPointer
        /// IPv6 addresses likewise.
        let ipv6: UnsafeRawBufferPointer
        /// Names of the address that has this name, in wire form, back to back.
        let pointers: UnsafeRawBufferPointer

        /// Whether the name itself is in the file.
        var exists: Bool { unsafe !ipv4.isEmpty || !ipv6.isEmpty }
    }

    /// Where the octets of a name are in the block.
    private struct Entry {
        var hash: UInt64
        var start: UInt32
        var nameCount: UInt32
        var ipv4Count: UInt32
        var ipv6Count: UInt32
        var pointerCount: UInt32
    }

    /// The addresses and the names of addresses.
    let count: Int
    /// Whether there are names with `*` as their first label.
    let hasWildcards: Bool
    private let block: UnsafeMutableRawBufferPointer
    private let entries: PlainArray<Entry>
    /// A hash table of entry numbers plus one, at most half full; 0 is a free place.
    private let places: PlainArray<UInt32>
    private let seed = UInt64.random(in: 0 ... .max)

    /// Makes the table.
    init(_ rows: HostsEntries) {
        count = rows.count
        hasWildcards = rows.hasWildcards
        var octets: [UInt8] = []
        var entries: [Entry] = []
        for (name, row) in rows.rows {
            let parts = name + row.ipv4 + row.ipv6 + row.pointers
            entries.append(
                Entry(
                    hash: HostsTable.hash(name, seed),
                    start: UInt32(octets.count),
                    nameCount: UInt32(name.count),
                    ipv4Count: UInt32(row.ipv4.count),
                    ipv6Count: UInt32(row.ipv6.count),
                    pointerCount: UInt32(row.pointers.count)
                )
            )
            octets += parts
        }
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        var places = [UInt32](repeating: 0, count: size)
        for (index, entry) in entries.enumerated() {
            var place = Int(truncatingIfNeeded: entry.hash) & (size - 1)
            while places[place] != 0 { place = (place + 1) & (size - 1) }
            places[place] = UInt32(index + 1)
        }
        unsafe block = .allocate(byteCount: max(8, octets.count), alignment: 8)
        unsafe block.copyBytes(from: octets)
        self.entries = PlainArray(entries)
        self.places = PlainArray(places)
    }

    deinit {
        unsafe block.deallocate()
    }

    /// Finds what is known at a name in wire form, lower case.
    ///
    /// Unsafe: seven octets behind the name are read too.
    @unsafe
    func find(_ name: UnsafeRawPointer, count: Int) -> Row? {
        let hash = unsafe HostsTable.hash(name, count, seed)
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        // At least half of the places are free, so that the walk ends.
        while true {
            let number = Int(places[place])
            guard number > 0 else { return nil }
            let entry = entries[number - 1]
            let octets = unsafe part(entry.start, entry.nameCount)
            if entry.hash == hash, octets.count == count, let base = octets.baseAddress,
                unsafe memcmp(base, name, count) == 0
            {
                return row(entry)
            }
            place = (place + 1) & mask
        }
    }

    private func row(_ entry: Entry) -> Row {
        let ipv4 = entry.start + entry.nameCount
        let ipv6 = ipv4 + entry.ipv4Count
        return unsafe Row(
            ipv4: part(ipv4, entry.ipv4Count),
            ipv6: part(ipv6, entry.ipv6Count),
            pointers: part(ipv6 + entry.ipv6Count, entry.pointerCount)
        )
    }

    private func part(_ start: UInt32, _ count: UInt32) -> UnsafeRawBufferPointer {
        // SAFETY: `init` laid out the parts that an entry tells of.
        unsafe UnsafeRawBufferPointer(rebasing: block[Int(start)..<(Int(start) + Int(count))])
    }

    private static func hash(_ name: [UInt8], _ seed: UInt64) -> UInt64 {
        let padded = name + [UInt8](repeating: 0, count: 8)
        return unsafe padded.withUnsafeBytes { octets in
            guard let base = octets.baseAddress else { return seed }
            return unsafe hash(base, name.count, seed)
        }
    }

    /// A hash of octets by words; the file isn't an attacker's, and the seed is the process' own.
    private static func hash(_ name: UnsafeRawPointer, _ count: Int, _ seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(count)
        var offset = 0
        while offset < count {
            // SAFETY: the caller lets seven octets behind the name be read.
            var word = unsafe name.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let left = count - offset
            if left < 8 { word &= (1 &<< UInt64(8 &* left)) &- 1 }
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash &>> 29
            offset += 8
        }
        return hash ^ hash &>> 32
    }
}
