/// Octets of a record while it is being put together, and where its parts lie in them.
///
/// A finished record is one block of memory: readers follow offsets, never references.
struct OctetBlockBuilder {
    /// The octets so far.
    private(set) var octets: [UInt8] = []

    /// Appends octets and returns where they start.
    mutating func append(_ part: some Sequence<UInt8>) -> Int {
        let start = octets.count
        octets.append(contentsOf: part)
        return start
    }

    /// Appends the octets of trivial values, aligned for them, and returns where they start.
    mutating func append<Value: BitwiseCopyable>(values: [Value]) -> Int {
        let alignment = MemoryLayout<Value>.alignment
        while !octets.count.isMultiple(of: alignment) { octets.append(0) }
        let start = octets.count
        // SAFETY: the values are trivial, so that their octets are all there is of them.
        unsafe values.withUnsafeBytes { unsafe octets.append(contentsOf: $0) }
        return start
    }

    /// Copies the octets to memory of their own, which the caller must deallocate.
    func finish() -> UnsafeRawBufferPointer {
        let block = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, octets.count),
            alignment: 16
        )
        unsafe block.copyBytes(from: octets)
        return UnsafeRawBufferPointer(block)
    }
}

extension UnsafeRawBufferPointer {
    /// The part of a block that holds `count` octets from `start`.
    func part(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: self[start..<(start + count)])
    }

    /// The part of a block that holds `count` trivial values from `start`.
    func values<Value: BitwiseCopyable>(
        _ type: Value.Type,
        _ start: Int,
        _ count: Int
    ) -> UnsafeBufferPointer<Value> {
        unsafe part(start, count * MemoryLayout<Value>.stride).assumingMemoryBound(to: type)
    }
}
