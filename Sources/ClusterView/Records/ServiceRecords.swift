/// The endpoints that share a label.
struct EndpointEntry {
    /// Where the label starts in the block, at its length octet.
    var labelStart: UInt32
    /// The first IPv4 address, as an index into the service's endpoint addresses.
    var ipv4First: UInt32
    /// The number of IPv4 addresses.
    var ipv4Count: UInt32
    /// The first IPv6 address, as an index into the service's endpoint addresses.
    var ipv6First: UInt32
    /// The number of IPv6 addresses.
    var ipv6Count: UInt32
    /// The first port, as an index into the service's ports.
    var portFirst: UInt32
    /// The number of ports.
    var portCount: UInt32

    /// The number of addresses of both families.
    var addressCount: Int { Int(ipv4Count) + Int(ipv6Count) }
}

/// All that DNS answers about one service: one immutable piece of memory.
///
/// What most queries need is at the front: the head, the key, and the service's own addresses. They
/// share two cache lines as a rule, because readers come to most services when no cache holds them.
///
/// Any thread may read it: the memory is written before `make` returns and never after it.
@safe
final class ServiceRecords: ManagedBuffer<ServiceHead, UInt64>, TrieLeaf {
    /// Lays out the records of a service and its slices.
    static func make(_ service: ServiceData, slices: some Sequence<SliceData>) -> ServiceRecords {
        var layout = ServiceLayout(service)
        for slice in slices { layout.add(slice) }
        let (head, octets) = layout.finish()
        let buffer = create(minimumCapacity: (octets.count + 7) / 8) { _ in head }
        // SAFETY: there is room for all octets, and `create` makes an instance of the class that it
        // is called on.
        unsafe buffer.withUnsafeMutablePointerToElements { block in
            unsafe UnsafeMutableRawPointer(block).copyMemory(
                from: octets,
                byteCount: octets.count
            )
        }
        return unsafe unsafeDowncast(buffer, to: ServiceRecords.self)
    }

    /// The head, by its address: the property of the superclass checks for exclusive access.
    private var head: ServiceHead {
        @inline(__always) get { unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee } }
    }

    /// The octets behind the head, valid as long as the object lives.
    @inline(__always)
    private var block: UnsafeRawPointer {
        unsafe withUnsafeMutablePointerToElements { UnsafeRawPointer($0) }
    }

    /// A part of the block; the layout said where it is.
    @inline(__always)
    private func part(_ start: UInt32, _ count: UInt32) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: block + Int(start), count: Int(count))
    }

    /// The key's hash.
    var hash: UInt64 {
        @inline(__always) get { head.hash }
    }

    /// The name and namespace labels in wire form, lower case: `\3web\4shop`.
    var key: UnsafeRawBufferPointer {
        @inline(__always) get { unsafe part(0, UInt32(head.keyCount)) }
    }

    /// What the service's name answers with.
    var shape: ServiceData.Shape {
        @inline(__always) get { head.shape }
    }

    /// The service's own IPv4 addresses: cluster IPs, or those of all ready endpoints.
    var ipv4: UnsafeRawBufferPointer {
        @inline(__always) get { unsafe part(head.ipv4Start, head.ipv4Count) }
    }

    /// The service's own IPv6 addresses: cluster IPs, or those of all ready endpoints.
    var ipv6: UnsafeRawBufferPointer {
        @inline(__always) get { unsafe part(head.ipv6Start, head.ipv6Count) }
    }

    /// Where the rest is.
    @inline(__always)
    private var parts: ServiceParts {
        unsafe (block + Int(head.partsStart)).load(as: ServiceParts.self)
    }

    /// The endpoints' IPv4 addresses, in the order of their entries.
    var endpointIPv4: UnsafeRawBufferPointer {
        unsafe part(parts.endpointIPv4Start, parts.endpointIPv4Count)
    }

    /// The endpoints' IPv6 addresses, in the order of their entries.
    var endpointIPv6: UnsafeRawBufferPointer {
        unsafe part(parts.endpointIPv6Start, parts.endpointIPv6Count)
    }

    /// The ports: first those of the service, then those of its endpoints.
    var ports: UnsafeBufferPointer<PortEntry> {
        unsafe values(PortEntry.self, parts.portStart, parts.portCount)
    }

    /// How many of `ports` are the service's own.
    var servicePortCount: Int { Int(parts.servicePortCount) }

    /// The number of endpoint entries, one for each label.
    var endpointCount: Int { Int(parts.endpointCount) }

    /// The target of an alias, in wire form; empty for other shapes.
    var externalName: UnsafeRawBufferPointer {
        unsafe part(parts.externalNameStart, parts.externalNameCount)
    }

    @inline(__always)
    private func values<Value: BitwiseCopyable>(
        _ type: Value.Type,
        _ start: UInt32,
        _ count: UInt32
    ) -> UnsafeBufferPointer<Value> {
        unsafe UnsafeBufferPointer(
            start: (block + Int(start)).assumingMemoryBound(to: type),
            count: Int(count)
        )
    }

    /// Whether the service has an answer of its own: an address of either family, or an alias.
    var exists: Bool {
        @inline(__always) get {
            head.shape == .external || head.ipv4Count | head.ipv6Count != 0
        }
    }

    /// The endpoints of a label, by the label's number.
    func endpoint(_ index: Int) -> EndpointEntry {
        let parts = parts
        precondition(index >= 0 && index < Int(parts.endpointCount))
        // SAFETY: behind the last entry there is one that says where the addresses end.
        let entries = unsafe (block + Int(parts.endpointStart))
            .assumingMemoryBound(to: PackedEndpoint.self)
        let (entry, next) = unsafe (entries[index], entries[index + 1])
        let ports = unsafe (block + Int(parts.portRangeStart))
            .assumingMemoryBound(to: PortRange.self)[Int(entry.portRange)]
        return EndpointEntry(
            labelStart: entry.labelStart,
            ipv4First: entry.ipv4First,
            ipv4Count: next.ipv4First - entry.ipv4First,
            ipv6First: entry.ipv6First,
            ipv6Count: next.ipv6First - entry.ipv6First,
            portFirst: ports.first,
            portCount: ports.count
        )
    }

    /// The octets of an entry's label, its length octet included.
    @inline(__always)
    func label(_ entry: EndpointEntry) -> UnsafeRawBufferPointer {
        unsafe label(at: entry.labelStart)
    }

    @inline(__always)
    private func label(at start: UInt32) -> UnsafeRawBufferPointer {
        unsafe part(start, UInt32(block.load(fromByteOffset: Int(start), as: UInt8.self)) + 1)
    }

    /// The octets of a port's name.
    @inline(__always)
    func name(_ port: PortEntry) -> UnsafeRawBufferPointer {
        unsafe part(port.nameStart, UInt32(port.nameCount))
    }

    /// The entry with the label that starts at `label` with its length octet.
    func findEndpoint(_ label: UnsafeRawPointer) -> EndpointEntry? {
        let count = unsafe Int(label.load(as: UInt8.self)) + 1
        let parts = parts
        let entries = unsafe values(
            PackedEndpoint.self,
            parts.endpointStart,
            parts.endpointCount
        )
        guard parts.tableCount > 0 else {
            for index in 0..<entries.count
            where unsafe sameOctets(self.label(at: entries[index].labelStart), label, count: count)
            {
                return endpoint(index)
            }
            return nil
        }
        let table = unsafe values(UInt32.self, parts.tableStart, parts.tableCount)
        let mask = table.count &- 1
        let hash = unsafe KeyHash.hash(label, count: count, seed: KeyHash.seed)
        var place = Int(truncatingIfNeeded: hash) & mask
        // The table is at most half full, so that the walk ends.
        while true {
            let index = unsafe Int(table[place]) - 1
            guard index >= 0 else { return nil }
            let start = unsafe entries[index].labelStart
            if unsafe sameOctets(self.label(at: start), label, count: count) {
                return endpoint(index)
            }
            place = (place &+ 1) & mask
        }
    }
}

/// Lets the records be made like a value: a class can't say what an initialiser returns.
protocol ServiceRecordsMaking {}

extension ServiceRecords: ServiceRecordsMaking {}

extension ServiceRecordsMaking where Self == ServiceRecords {
    /// Lays out the records of a service and its slices.
    init(_ service: ServiceData, slices: some Sequence<SliceData>) {
        self = ServiceRecords.make(service, slices: slices)
    }
}

/// The hash of a key in a block.
func keyHash(_ key: UnsafeRawBufferPointer) -> UInt64 {
    guard let base = key.baseAddress else { return 0 }
    return unsafe KeyHash.hash(base, count: key.count, seed: KeyHash.seed)
}
