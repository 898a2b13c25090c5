/// A range to allocate from: a lower band kept for explicit requests, an upper one for the rest.
///
/// - SeeAlso: KEP-3070 (cluster IPs), KEP-3668 (node ports).
struct AllocationBand {
    /// The number of members.
    let count: UInt64
    /// The number of members, from the first, that are only picked when the others are taken.
    let reserved: UInt64

    /// The bands of a block of cluster IPs.
    static func addresses(_ count: UInt64) -> AllocationBand {
        AllocationBand(count: count, reserved: count <= 16 ? 0 : min(max(count / 16, 16), 256))
    }

    /// The bands of a range of node ports.
    static func ports(_ count: UInt64) -> AllocationBand {
        AllocationBand(count: count, reserved: count <= 16 ? 0 : min(max(count / 32, 16), 128))
    }

    /// Picks a member: from a random place in the upper band onwards, then in the lower one.
    ///
    /// - Parameters:
    ///   - random: Returns a number below its argument.
    ///   - isFree: Whether the member at an offset may be taken.
    /// - Returns: The member's offset; nil if none is free.
    func pick(
        _ random: (UInt64) -> UInt64,
        _ isFree: (UInt64) throws -> Bool
    ) rethrows -> UInt64? {
        for band in [reserved..<count, 0..<min(reserved, count)] where !band.isEmpty {
            let size = band.upperBound - band.lowerBound
            let start = random(size)
            for step in 0..<size {
                // Written so that nothing overflows in a block of 2⁶⁴ addresses.
                let place = start < size - step ? start + step : start - (size - step)
                let offset = band.lowerBound + place
                if try isFree(offset) { return offset }
            }
        }
        return nil
    }
}
