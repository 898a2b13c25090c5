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
        var offset = 0
        // SAFETY: each load ends at or before `count`.
        while offset &+ 8 <= count {
            let word = unsafe octets.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            state = mix(state ^ word)
            offset &+= 8
        }
        var tail: UInt64 = 0
        var shift: UInt64 = 0
        while offset < count {
            let octet = unsafe octets.load(fromByteOffset: offset, as: UInt8.self)
            tail |= UInt64(octet) &<< shift
            shift &+= 8
            offset &+= 1
        }
        return mix(state ^ tail ^ 0xA076_1D64_78BD_642F)
    }

    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
