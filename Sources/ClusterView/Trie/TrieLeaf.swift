/// What a trie holds: an immutable record that knows its key.
protocol TrieLeaf: AnyObject {
    /// The key's hash, as ``KeyHash`` computes it.
    var hash: UInt64 { get }
    /// The key's octets; owned by the leaf, valid as long as it lives.
    var key: UnsafeRawBufferPointer { get }
}

/// Whether two runs of octets are the same.
@inline(__always)
func sameOctets(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
    guard left.count == count, let base = left.baseAddress else { return count == left.count }
    var offset = 0
    // SAFETY: both runs have `count` octets; loads end at or before it.
    while offset &+ 8 <= count {
        let a = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let b = unsafe right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if a != b { return false }
        offset &+= 8
    }
    while offset < count {
        let a = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
        let b = unsafe right.load(fromByteOffset: offset, as: UInt8.self)
        if a != b { return false }
        offset &+= 1
    }
    return true
}
