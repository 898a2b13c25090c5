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
        let start = align(MemoryLayout<Value>.alignment)
        // SAFETY: the values are trivial, so that their octets are all there is of them.
        unsafe values.withUnsafeBytes { unsafe octets.append(contentsOf: $0) }
        return start
    }

    /// Fills up to a multiple of `alignment`, and returns how many octets there are then.
    mutating func align(_ alignment: Int) -> Int {
        while !octets.count.isMultiple(of: alignment) { octets.append(0) }
        return octets.count
    }

    /// Replaces a trivial value that was appended at `start`.
    mutating func replace<Value: BitwiseCopyable>(_ start: Int, with value: Value) {
        precondition(start + MemoryLayout<Value>.size <= octets.count)
        // SAFETY: the value's octets are inside (checked above).
        unsafe octets.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value, toByteOffset: start, as: Value.self)
        }
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
