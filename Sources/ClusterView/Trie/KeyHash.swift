/// Hashes the octets of a key.
///
/// The seed is drawn once per process, so that nobody can prepare names that collide. The function
/// mixes eight octets per step with one widening multiplication; it is not cryptographic, and the
/// trie compares whole keys in the end.
enum KeyHash {
    /// Drawn at start; never leaves the process.
    static let seed = HashSeed.drawn

    /// Hashes `count` octets at `octets`; none is allowed.
    @inline(__always)
    static func hash(_ octets: UnsafeRawPointer, count: Int, seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        // SAFETY: each load ends at or before `count`.
        guard count > 8 else {
            return unsafe mix(state ^ lastWord(octets, count: count) ^ 0xA076_1D64_78BD_642F)
        }
        var offset = 0
        while offset < count &- 8 {
            let word = unsafe octets.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = mix(state ^ word)
            offset &+= 8
        }
        // The last word overlaps the one before it, instead of octets one by one.
        let word = unsafe octets.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        return mix(state ^ word ^ 0xA076_1D64_78BD_642F)
    }

    /// At most eight octets as a word; runs of the same count differ if their words do.
    @inline(__always)
    private static func lastWord(_ octets: UnsafeRawPointer, count: Int) -> UInt64 {
        if count >= 4 {
            let low = unsafe octets.loadUnaligned(as: UInt32.self)
            let high = unsafe octets.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            return UInt64(high) &<< 32 | UInt64(low)
        }
        guard count > 0 else { return 0 }
        // One, two or three octets: the first, the middle and the last one.
        let first = unsafe octets.load(as: UInt8.self)
        let middle = unsafe octets.load(fromByteOffset: count &>> 1, as: UInt8.self)
        let last = unsafe octets.load(fromByteOffset: count &- 1, as: UInt8.self)
        return UInt64(first) | UInt64(middle) &<< 8 | UInt64(last) &<< 16
    }

    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
