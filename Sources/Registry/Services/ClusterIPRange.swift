import Addresses

/// The cluster IPs of one block, as Kubernetes' allocator counts them.
///
/// The block's own address is never used, nor is the last one of an IPv4 block (broadcast).
struct ClusterIPRange {
    let block: CIDRBlock

    /// The number of addresses that can be given out.
    var count: UInt64 {
        let total = block.count
        let unused: UInt64 = block.base.isIPv4 ? 2 : 1
        return total > unused ? total - unused : 0
    }

    /// The bands of the block.
    var band: AllocationBand { .addresses(count) }

    /// The address at an offset.
    func address(at offset: UInt64) -> IPAddress? { block.base.advanced(by: offset + 1) }

    /// Whether an address may be given out.
    func contains(_ address: IPAddress) -> Bool {
        guard block.contains(address), address != block.base else { return false }
        return !(block.base.isIPv4 && address == block.last)
    }

    /// Whether the address at an offset is kept for the cluster's own services: the first for
    /// `kubernetes`, the tenth for DNS.
    static func isKept(_ offset: UInt64) -> Bool { offset == 0 || offset == 9 }
}
