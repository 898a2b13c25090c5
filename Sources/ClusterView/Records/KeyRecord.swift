/// A key without more to say: an existing namespace, or the address of an existing pod.
///
/// `@unchecked Sendable`: the memory behind `key` is written before `init` ends and freed in
/// `deinit`; the properties are trivial and never change.
@safe
final class KeyRecord: TrieLeaf, @unchecked Sendable {
    let hash: UInt64
    let key: UnsafeRawBufferPointer

    /// Makes the record of a key.
    init(_ octets: [UInt8]) {
        var builder = OctetBlockBuilder()
        _ = builder.append(octets)
        let block = unsafe builder.finish()
        unsafe key = block.part(0, octets.count)
        hash = unsafe keyHash(key)
    }

    deinit {
        // SAFETY: the block came from OctetBlockBuilder.finish() and belongs to this object alone.
        unsafe key.deallocate()
    }
}
