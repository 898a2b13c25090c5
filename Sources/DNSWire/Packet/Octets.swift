extension UInt8 {
    /// The octet with an ASCII upper-case letter made lower case (RFC 4343 §3).
    @inlinable
    public var asciiLowercased: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }
}

extension UInt64 {
    /// Eight octets at once, each with an ASCII upper-case letter made lower case.
    @inlinable
    @inline(__always)
    public var asciiLowercasedOctets: UInt64 {
        let low = self & 0x7F7F_7F7F_7F7F_7F7F
        // Bit 7 of each octet: whether it is at least "A", and whether it is above "Z".
        let atLeastA = low &+ 0x3F3F_3F3F_3F3F_3F3F
        let aboveZ = low &+ 0x2525_2525_2525_2525
        let isUpper = (atLeastA ^ aboveZ) & ~self & 0x8080_8080_8080_8080
        return self | isUpper >> 2
    }
}

extension SIMD16<UInt8> {
    /// The octets, each ASCII upper-case letter made lower case.
    @inlinable
    @inline(__always)
    var asciiLowercased: SIMD16<UInt8> {
        let isUpper = (self &- SIMD16(repeating: 0x41)) .< SIMD16(repeating: 26)
        return self | SIMD16(repeating: 0).replacing(with: SIMD16(repeating: 0x20), where: isUpper)
    }
}

/// Copies octets, ASCII letters in lower case.
///
/// Both runs have `count` octets and don't overlap.
@inlinable
@inline(__always)
public func copyLowercased(
    _ source: UnsafeRawPointer,
    count: Int,
    to target: UnsafeMutableRawPointer
) {
    // SAFETY: every load and store ends at or before `count`.
    guard count >= 8 else {
        for offset in 0..<count {
            let octet = unsafe source.load(fromByteOffset: offset, as: UInt8.self)
            unsafe target.storeBytes(
                of: octet.asciiLowercased,
                toByteOffset: offset,
                as: UInt8.self
            )
        }
        return
    }
    // The last word overlaps the one before it, instead of octets one by one.
    guard count >= 16 else {
        let first = unsafe source.loadUnaligned(as: UInt64.self)
        let last = unsafe source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        unsafe target.storeBytes(of: first.asciiLowercasedOctets, as: UInt64.self)
        unsafe target.storeBytes(
            of: last.asciiLowercasedOctets,
            toByteOffset: count &- 8,
            as: UInt64.self
        )
        return
    }
    let last = unsafe source.loadUnaligned(fromByteOffset: count &- 16, as: SIMD16<UInt8>.self)
    var offset = 0
    while offset &+ 16 < count {
        let part = unsafe source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        unsafe target.storeBytes(
            of: part.asciiLowercased,
            toByteOffset: offset,
            as: SIMD16<UInt8>.self
        )
        offset &+= 16
    }
    unsafe target.storeBytes(
        of: last.asciiLowercased,
        toByteOffset: count &- 16,
        as: SIMD16<UInt8>.self
    )
}

/// Whether two runs of `count` octets are the same.
@inlinable
@inline(__always)
public func sameOctets(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
    // SAFETY: every load ends at or before `count`.
    guard count >= 8 else {
        for offset in 0..<count
        where unsafe left.load(fromByteOffset: offset, as: UInt8.self)
            != right.load(fromByteOffset: offset, as: UInt8.self)
        { return false }
        return true
    }
    var offset = 0
    while offset < count {
        let start = min(offset, count &- 8)
        let one = unsafe left.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        let other = unsafe right.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        guard one == other else { return false }
        offset &+= 8
    }
    return true
}

extension UnsafeRawBufferPointer {
    /// The 16-bit word at `offset`, most significant octet first.
    ///
    /// - Precondition: `offset + 2 <= count`; checked in debug and release builds.
    @inline(__always)
    func word(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset + 2 <= count)
        return unsafe UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
}
