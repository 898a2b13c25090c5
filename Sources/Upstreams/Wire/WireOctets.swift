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

/// Makes ASCII capitals small, eight octets at once.
func foldCase(_ octets: UnsafeMutableRawBufferPointer) {
    var offset = 0
    while offset + 8 <= octets.count {
        // SAFETY: the word ends within the buffer.
        let word = unsafe octets.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        // Bit 7 of each octet: whether it is at least "A", and whether it is above "Z".
        let atLeastA = low &+ 0x3F3F_3F3F_3F3F_3F3F
        let aboveZ = low &+ 0x2525_2525_2525_2525
        let isCapital = (atLeastA ^ aboveZ) & ~word & 0x8080_8080_8080_8080
        unsafe octets.storeBytes(of: word | isCapital >> 2, toByteOffset: offset, as: UInt64.self)
        offset += 8
    }
    while offset < octets.count {
        unsafe octets[offset] = lowercased(octets[offset])
        offset += 1
    }
}
