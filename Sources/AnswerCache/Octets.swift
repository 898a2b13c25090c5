// Octets of keys: hashed by words.

/// Hashes `count` octets and one word with a secret seed.
///
/// One widening multiplication per eight octets. Not cryptographic; nobody outside knows the seed,
/// and whole keys are compared in the end.
@inline(__always)
func hashOctets(_ octets: UnsafeRawPointer, count: Int, word: UInt64, seed: UInt64) -> UInt64 {
    // SAFETY: every load ends at or before `count`.
    var state = mixed(seed ^ word)
    if count >= 8 {
        var offset = 0
        while offset < count {
            // The last word overlaps the one before it.
            let start = min(offset, count &- 8)
            let part = unsafe octets.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            state = mixed(state ^ part)
            offset &+= 8
        }
    } else {
        var tail: UInt64 = 0
        for offset in 0..<count {
            tail = unsafe tail &<< 8 | UInt64(octets.load(fromByteOffset: offset, as: UInt8.self))
        }
        state = mixed(state ^ tail)
    }
    return mixed(state ^ 0xA076_1D64_78BD_642F)
}

@inline(__always)
private func mixed(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
}
