/// A port in a service's block.
struct PortEntry: BitwiseCopyable {
    /// Where the port's name starts in the block.
    var nameStart: UInt32
    /// The octets of the port's name; 0 if it has none.
    var nameCount: UInt8
    /// 0 TCP, 1 UDP, 2 SCTP.
    var transport: UInt8
    /// The port's number.
    var number: UInt16
}

/// The endpoints that share a label, in a service's block.
struct EndpointEntry: BitwiseCopyable {
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

/// All that DNS answers about one service: one immutable block of memory.
///
/// `@unchecked Sendable`: every stored property is a trivial `let`, the block they point into is
/// never written after `init`, and it is freed in `deinit`, when no reference is left.
@safe
final class ServiceRecords: TrieLeaf, @unchecked Sendable {
    let hash: UInt64
    /// The name and namespace labels in wire form, lower case: `\3web\4shop`.
    let key: UnsafeRawBufferPointer
    /// What the service's name answers with.
    let shape: ServiceData.Shape
    /// The service's own IPv4 addresses: cluster IPs, or those of all ready endpoints.
    let ipv4: UnsafeRawBufferPointer
    /// The service's own IPv6 addresses: cluster IPs, or those of all ready endpoints.
    let ipv6: UnsafeRawBufferPointer
    /// The endpoints' IPv4 addresses, in the order of `endpoints`.
    let endpointIPv4: UnsafeRawBufferPointer
    /// The endpoints' IPv6 addresses, in the order of `endpoints`.
    let endpointIPv6: UnsafeRawBufferPointer
    /// The ports: first those of the service, then those of its endpoints.
    let ports: UnsafeBufferPointer<PortEntry>
    /// How many of `ports` are the service's own.
    let servicePortCount: Int
    /// The endpoints, one entry a label.
    let endpoints: UnsafeBufferPointer<EndpointEntry>
    /// A hash table of indices into `endpoints` plus one; 0 is a free place.
    ///
    /// Its size is a power of two, or 0 where a walk is as quick.
    let endpointTable: UnsafeBufferPointer<UInt32>
    /// The target of an alias, in wire form; empty for other shapes.
    let externalName: UnsafeRawBufferPointer
    private let block: UnsafeRawBufferPointer

    /// Lays out the records of a service and its slices.
    init(_ service: ServiceData, slices: some Sequence<SliceData>) {
        var layout = ServiceLayout(service)
        for slice in slices { layout.add(slice) }
        let parts = layout.finish()
        unsafe block = parts.block
        let block = unsafe parts.block
        shape = service.shape
        unsafe key = block.part(parts.key.start, parts.key.count)
        unsafe externalName = block.part(parts.externalName.start, parts.externalName.count)
        unsafe endpointIPv4 = block.part(parts.endpointIPv4.start, parts.endpointIPv4.count)
        unsafe endpointIPv6 = block.part(parts.endpointIPv6.start, parts.endpointIPv6.count)
        unsafe ipv4 = block.part(parts.ipv4.start, parts.ipv4.count)
        unsafe ipv6 = block.part(parts.ipv6.start, parts.ipv6.count)
        unsafe ports = block.values(PortEntry.self, parts.ports.start, parts.ports.count)
        servicePortCount = parts.servicePortCount
        unsafe endpoints = block.values(
            EndpointEntry.self,
            parts.endpoints.start,
            parts.endpoints.count
        )
        unsafe endpointTable = block.values(UInt32.self, parts.table.start, parts.table.count)
        hash = unsafe keyHash(key)
    }

    deinit {
        // SAFETY: the block came from ServiceLayout.finish() and belongs to this object alone.
        unsafe block.deallocate()
    }

    /// Whether the service has an answer of its own: an address of either family, or an alias.
    var exists: Bool {
        unsafe shape == .external || ipv4.count + ipv6.count > 0
    }

    /// The octets of an entry's label, its length octet included.
    @inline(__always)
    func label(_ entry: EndpointEntry) -> UnsafeRawBufferPointer {
        let start = Int(entry.labelStart)
        return unsafe block.part(start, Int(block[start]) + 1)
    }

    /// The octets of a port's name.
    @inline(__always)
    func name(_ port: PortEntry) -> UnsafeRawBufferPointer {
        unsafe block.part(Int(port.nameStart), Int(port.nameCount))
    }

    /// The entry with the label that starts at `label` with its length octet.
    func findEndpoint(_ label: UnsafeRawPointer) -> EndpointEntry? {
        let count = unsafe Int(label.load(as: UInt8.self)) + 1
        guard unsafe !endpointTable.isEmpty else {
            for index in unsafe 0..<endpoints.count {
                let entry = unsafe endpoints[index]
                if unsafe sameOctets(self.label(entry), label, count: count) { return entry }
            }
            return nil
        }
        let mask = unsafe endpointTable.count &- 1
        let hash = unsafe KeyHash.hash(label, count: count, seed: KeyHash.seed)
        var place = Int(truncatingIfNeeded: hash) & mask
        // The table is at most half full, so that the walk ends.
        while true {
            let index = unsafe Int(endpointTable[place])
            guard index > 0 else { return nil }
            let entry = unsafe endpoints[index - 1]
            if unsafe sameOctets(self.label(entry), label, count: count) { return entry }
            place = (place &+ 1) & mask
        }
    }
}

/// The hash of a key in a block.
func keyHash(_ key: UnsafeRawBufferPointer) -> UInt64 {
    guard let base = key.baseAddress else { return 0 }
    return unsafe KeyHash.hash(base, count: key.count, seed: KeyHash.seed)
}
