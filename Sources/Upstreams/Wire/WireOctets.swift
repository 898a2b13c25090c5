internal import Glibc

extension UnsafeRawBufferPointer {
    /// The word at an offset, most significant octet first.
    ///
    /// - Precondition: The word is in the buffer.
    @inline(__always)
    func word(_ offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset + 2 <= count)
        // SAFETY: checked above.
        return unsafe UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Sets the word at an offset, most significant octet first.
    ///
    /// - Precondition: The word is in the buffer.
    @inline(__always)
    func set(word: UInt16, at offset: Int) {
        precondition(offset >= 0 && offset + 2 <= count)
        // SAFETY: checked above.
        unsafe storeBytes(of: word.bigEndian, toByteOffset: offset, as: UInt16.self)
    }
}

/// Where the name of the first question ends; nil if it isn't a name without compression.
func questionNameEnd(_ octets: UnsafeRawBufferPointer) -> Int? {
    var offset = RequestShape.headerOctets
    let end = min(octets.count, offset + 255)
    while offset < end {
        let length = unsafe Int(octets[offset])
        if length == 0 { return offset + 1 }
        guard length <= 63 else { return nil }
        offset += 1 + length
    }
    return nil
}

/// An octet with an ASCII capital made small (RFC 4343 §3).
@inline(__always)
func lowercased(_ octet: UInt8) -> UInt8 {
    octet &- 0x41 < 26 ? octet | 0x20 : octet
}

/// Eight octets with ASCII capitals made small.
@inline(__always)
func folded(_ word: UInt64) -> UInt64 {
    let low = word & 0x7F7F_7F7F_7F7F_7F7F
    // Bit 7 of each octet: whether it is at least "A", and whether it is above "Z".
    let atLeastA = low &+ 0x3F3F_3F3F_3F3F_3F3F
    let aboveZ = low &+ 0x2525_2525_2525_2525
    let isCapital = (atLeastA ^ aboveZ) & ~word & 0x8080_8080_8080_8080
    return word | isCapital >> 2
}

/// Whether two messages have the same octets in a range that lies in both.
func isEqual(
    _ one: UnsafeRawBufferPointer,
    _ other: UnsafeRawBufferPointer,
    _ range: Range<Int>
) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= min(one.count, other.count))
    guard let one = one.baseAddress, let other = other.baseAddress else {
        return range.isEmpty
    }
    // SAFETY: the range lies in both, as was checked above.
    return unsafe memcmp(one + range.lowerBound, other + range.lowerBound, range.count) == 0
}
