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
    @inlinable public static var llq: OptionCode { OptionCode(rawValue: 1) }
    /// The lease of an update (RFC 9664).
    @inlinable public static var updateLease: OptionCode { OptionCode(rawValue: 2) }
    /// The server's identifier (RFC 5001).
    @inlinable public static var nsid: OptionCode { OptionCode(rawValue: 3) }
    /// The signature algorithms understood (RFC 6975).
    @inlinable public static var dau: OptionCode { OptionCode(rawValue: 5) }
    /// The digest algorithms understood (RFC 6975).
    @inlinable public static var dhu: OptionCode { OptionCode(rawValue: 6) }
    /// The NSEC3 hash algorithms understood (RFC 6975).
    @inlinable public static var n3u: OptionCode { OptionCode(rawValue: 7) }
    /// The client's network (RFC 7871).
    @inlinable public static var clientSubnet: OptionCode { OptionCode(rawValue: 8) }
    /// When a secondary's zone expires (RFC 7314).
    @inlinable public static var expire: OptionCode { OptionCode(rawValue: 9) }
    /// The cookies of client and server (RFC 7873).
    @inlinable public static var cookie: OptionCode { OptionCode(rawValue: 10) }
    /// How long a TCP connection may be idle (RFC 7828).
    @inlinable public static var tcpKeepalive: OptionCode { OptionCode(rawValue: 11) }
    /// Octets that hide the length (RFC 7830).
    @inlinable public static var padding: OptionCode { OptionCode(rawValue: 12) }
    /// A question for a chain of proofs (RFC 7901).
    @inlinable public static var chain: OptionCode { OptionCode(rawValue: 13) }
    /// The trust anchors of a resolver (RFC 8145).
    @inlinable public static var keyTag: OptionCode { OptionCode(rawValue: 14) }
    /// Why a request failed (RFC 8914).
    @inlinable public static var extendedError: OptionCode { OptionCode(rawValue: 15) }
    /// Where to report errors (RFC 9567).
    @inlinable public static var reportChannel: OptionCode { OptionCode(rawValue: 18) }
    /// The version of a zone (RFC 9660).
    @inlinable public static var zoneVersion: OptionCode { OptionCode(rawValue: 19) }
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
