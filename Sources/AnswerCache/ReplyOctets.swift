/// A reply that nobody has vouched for.
///
/// Every read is checked against the end, in release builds too; those who use it check first, so
/// that a check here never fails.
@safe
struct ReplyOctets {
    private let octets: UnsafeRawBufferPointer

    /// Unsafe: the octets must stay for as long as this value is used.
    @unsafe
    init(_ octets: UnsafeRawBufferPointer) { unsafe self.octets = unsafe octets }

    var count: Int { unsafe octets.count }

    subscript(offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < count)
        return unsafe octets[offset]
    }

    func word(_ offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    func doubleWord(_ offset: Int) -> UInt32 {
        UInt32(word(offset)) << 16 | UInt32(word(offset + 2))
    }

    /// The octet with an ASCII letter in lower case (RFC 4343 §3).
    func lowercased(_ offset: Int) -> UInt8 {
        let octet = self[offset]
        return octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// Copies a part of the reply.
    ///
    /// Unsafe: `target` must have room for it, outside of the reply.
    @unsafe
    func copy(_ range: Range<Int>, to target: UnsafeMutableRawPointer) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard !range.isEmpty, let base = unsafe octets.baseAddress else { return }
        // SAFETY: the range is inside the octets.
        unsafe target.copyMemory(from: base + range.lowerBound, byteCount: range.count)
    }
}
