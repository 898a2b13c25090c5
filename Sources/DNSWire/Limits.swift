/// The bounds of the wire format and of this implementation of it.
public enum WireLimits {
    /// Octets of a label, without its length octet (RFC 1035 §3.1).
    public static let labelOctetsMax = 63
    /// Octets of a name on the wire, with length octets and the root (RFC 1035 §3.1).
    public static let nameOctetsMax = 255
    /// Labels of a name, without the root: 127 of one octet each fill 255 octets.
    public static let labelCountMax = (nameOctetsMax - 1) / 2
    /// Compression pointers followed for one name.
    ///
    /// Each must point before the last, so a name cannot loop; this bounds the work on top.
    public static let pointerCountMax = labelCountMax
    /// Octets of a message over TCP, whose length prefix has 16 bits (RFC 1035 §4.2.2).
    public static let messageOctetsMax = 65_535
    /// Octets of a message over UDP without EDNS (RFC 1035 §4.2.1).
    public static let udpOctetsWithoutEDNS = 512
    /// Octets of a UDP message that passes without fragments on common paths (RFC 9715).
    public static let udpOctetsDefault = 1_232
    /// Octets of a header (RFC 1035 §4.1.1).
    public static let headerOctets = 12
    /// Octets of the least question: root name, type, class.
    public static let questionOctetsMin = 5
    /// Octets of the least record: root name, type, class, TTL, length.
    public static let recordOctetsMin = 11
    /// The greatest TTL; a received one with the top bit set counts as 0 (RFC 2181 §8).
    public static let timeToLiveMax: UInt32 = 0x7FFF_FFFF
    /// The greatest offset that a compression pointer can carry (RFC 1035 §4.1.4).
    public static let pointerOffsetMax = 0x3FFF
}
