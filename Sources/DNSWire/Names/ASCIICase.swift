/// Folding of ASCII letters, the only case that names know (RFC 4343 §3).
public enum ASCIICase {
    /// Returns `octet` with A…Z made a…z.
    ///
    /// Safe on the octets of a name as they stand: a length octet is at most 63, below `A`.
    @inlinable
    public static func lower(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// Returns `octet` with a…z made A…Z.
    @inlinable
    public static func upper(_ octet: UInt8) -> UInt8 {
        octet &- 0x61 < 26 ? octet & 0xDF : octet
    }
}
