/// What a trie holds: a record that knows its key, and never changes once it is made, so that any
/// thread may read it.
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
    // SAFETY: both runs have `count` octets; loads end at or before it.
    guard count >= 8 else { return unsafe sameFewOctets(base, right, count: count) }
    var offset = 0
    while offset < count &- 8 {
        let a = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let b = unsafe right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if a != b { return false }
        offset &+= 8
    }
    // The last word overlaps the one before it, instead of octets one by one.
    let a = unsafe base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    let b = unsafe right.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    return a == b
}

/// Whether two runs of less than eight octets are the same.
@inline(__always)
private func sameFewOctets(
    _ left: UnsafeRawPointer,
    _ right: UnsafeRawPointer,
    count: Int
) -> Bool {
    // SAFETY: both runs have `count` octets; loads end at or before it.
    guard count >= 4 else {
        for offset in 0..<count
        where unsafe left.load(fromByteOffset: offset, as: UInt8.self)
            != right.load(fromByteOffset: offset, as: UInt8.self)
        { return false }
        return true
    }
    let end = count &- 4
    let start =
        unsafe left.loadUnaligned(as: UInt32.self)
        ^ right.loadUnaligned(as: UInt32.self)
    let last =
        unsafe left.loadUnaligned(fromByteOffset: end, as: UInt32.self)
        ^ right.loadUnaligned(fromByteOffset: end, as: UInt32.self)
    return start | last == 0
}
