/// The code of an EDNS option (RFC 6891 §6.1.2).
public struct OptionCode: RawRepresentable, Hashable, Sendable {
    /// The code point.
    public let rawValue: UInt16

    /// Creates the option code with a code point.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

// Code points, in the registry's order.
extension OptionCode {
    /// A long-lived query (RFC 8764).
    public static let llq = OptionCode(rawValue: 1)
    /// The lease of an update (RFC 9664).
    public static let updateLease = OptionCode(rawValue: 2)
    /// The server's identifier (RFC 5001).
    public static let nsid = OptionCode(rawValue: 3)
    /// The signature algorithms understood (RFC 6975).
    public static let dau = OptionCode(rawValue: 5)
    /// The digest algorithms understood (RFC 6975).
    public static let dhu = OptionCode(rawValue: 6)
    /// The NSEC3 hash algorithms understood (RFC 6975).
    public static let n3u = OptionCode(rawValue: 7)
    /// The client's network (RFC 7871).
    public static let clientSubnet = OptionCode(rawValue: 8)
    /// When a secondary's zone expires (RFC 7314).
    public static let expire = OptionCode(rawValue: 9)
    /// The cookies of client and server (RFC 7873).
    public static let cookie = OptionCode(rawValue: 10)
    /// How long a TCP connection may be idle (RFC 7828).
    public static let tcpKeepalive = OptionCode(rawValue: 11)
    /// Octets that hide the length (RFC 7830).
    public static let padding = OptionCode(rawValue: 12)
    /// A question for a chain of proofs (RFC 7901).
    public static let chain = OptionCode(rawValue: 13)
    /// The trust anchors of a resolver (RFC 8145).
    public static let keyTag = OptionCode(rawValue: 14)
    /// Why a request failed (RFC 8914).
    public static let extendedError = OptionCode(rawValue: 15)
    /// Where to report errors (RFC 9567).
    public static let reportChannel = OptionCode(rawValue: 18)
    /// The version of a zone (RFC 9660).
    public static let zoneVersion = OptionCode(rawValue: 19)
}

extension OptionCode: LosslessStringConvertible {
    private static let mnemonics = CodePointNames(
        prefix: "OPT",
        [
            1: "LLQ", 2: "UL", 3: "NSID", 5: "DAU", 6: "DHU", 7: "N3U", 8: "ECS", 9: "EXPIRE",
            10: "COOKIE", 11: "KEEPALIVE", 12: "PADDING", 13: "CHAIN", 14: "KEYTAG", 15: "EDE",
            18: "REPORTCHANNEL", 19: "ZONEVERSION",
        ]
    )

    /// Reads a mnemonic or `OPT` and a number, in any case; nil if it is neither.
    public init?(_ text: String) {
        guard let code = OptionCode.mnemonics.code(text) else { return nil }
        self.init(rawValue: code)
    }

    /// The mnemonic, or `OPT` and the number.
    public var description: String { OptionCode.mnemonics.text(rawValue) }
}
