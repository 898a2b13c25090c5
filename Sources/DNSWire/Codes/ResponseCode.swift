/// How a request ended; twelve bits with EDNS, four without (RFC 1035 §4.1.1, RFC 6891 §6.1.3).
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// The code point, 0…4095.
    public let rawValue: UInt16

    /// Creates the response code with a code point; only the low twelve bits count.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue & 0x0FFF }

    /// Creates the response code from the header's four bits and the eight of OPT.
    @inlinable
    public init(low: UInt8, extended: UInt8) {
        self.init(rawValue: UInt16(extended) << 4 | UInt16(low & 0x0F))
    }

    /// The four bits that the header carries.
    @inlinable
    public var low: UInt8 { UInt8(truncatingIfNeeded: rawValue & 0x0F) }

    /// The eight bits that OPT carries.
    @inlinable
    public var extended: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 4) }
}

// Code points, in the registry's order.
extension ResponseCode {
    /// No error.
    @inlinable public static var noError: ResponseCode { ResponseCode(rawValue: 0) }
    /// The request could not be read.
    @inlinable public static var formatError: ResponseCode { ResponseCode(rawValue: 1) }
    /// The server failed.
    @inlinable public static var serverFailure: ResponseCode { ResponseCode(rawValue: 2) }
    /// The name does not exist.
    @inlinable public static var nameError: ResponseCode { ResponseCode(rawValue: 3) }
    /// The server does not know this kind of request.
    @inlinable public static var notImplemented: ResponseCode { ResponseCode(rawValue: 4) }
    /// The server refuses for reasons of policy.
    @inlinable public static var refused: ResponseCode { ResponseCode(rawValue: 5) }
    /// A name exists that should not (RFC 2136 §2.2).
    @inlinable public static var nameExists: ResponseCode { ResponseCode(rawValue: 6) }
    /// A record set exists that should not (RFC 2136 §2.2).
    @inlinable public static var recordSetExists: ResponseCode { ResponseCode(rawValue: 7) }
    /// A record set that should exist does not (RFC 2136 §2.2).
    @inlinable public static var recordSetMissing: ResponseCode { ResponseCode(rawValue: 8) }
    /// The server is not authoritative for the zone (RFC 2136 §2.2).
    @inlinable public static var notAuthoritative: ResponseCode { ResponseCode(rawValue: 9) }
    /// A name is not in the zone (RFC 2136 §2.2).
    @inlinable public static var notInZone: ResponseCode { ResponseCode(rawValue: 10) }
    /// A type of stateful operation is not implemented (RFC 8490 §10.2).
    @inlinable public static var statefulTypeUnknown: ResponseCode { ResponseCode(rawValue: 11) }
    /// The version of EDNS is not implemented (RFC 6891 §9).
    @inlinable public static var badVersion: ResponseCode { ResponseCode(rawValue: 16) }
    /// The key is not known (RFC 8945 §3).
    @inlinable public static var badKey: ResponseCode { ResponseCode(rawValue: 17) }
    /// The signature is out of its time (RFC 8945 §3).
    @inlinable public static var badTime: ResponseCode { ResponseCode(rawValue: 18) }
    /// The mode of TKEY is wrong (RFC 2930 §2.6).
    @inlinable public static var badMode: ResponseCode { ResponseCode(rawValue: 19) }
    /// The key name exists already (RFC 2930 §2.6).
    @inlinable public static var badName: ResponseCode { ResponseCode(rawValue: 20) }
    /// The algorithm is not supported (RFC 2930 §2.6).
    @inlinable public static var badAlgorithm: ResponseCode { ResponseCode(rawValue: 21) }
    /// The truncation of a signature is wrong (RFC 8945 §3).
    @inlinable public static var badTruncation: ResponseCode { ResponseCode(rawValue: 22) }
    /// The server cookie is wrong or missing (RFC 7873 §8).
    @inlinable public static var badCookie: ResponseCode { ResponseCode(rawValue: 23) }
}

extension ResponseCode: LosslessStringConvertible {
    private static let mnemonics = CodePointNames(
        prefix: "RCODE",
        [
            0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
            6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE",
            11: "DSOTYPENI", 16: "BADVERS", 17: "BADKEY", 18: "BADTIME", 19: "BADMODE",
            20: "BADNAME", 21: "BADALG", 22: "BADTRUNC", 23: "BADCOOKIE",
        ],
        aliases: ["BADSIG": 16]
    )

    /// Reads a mnemonic or `RCODE` and a number, in any case; nil if it is neither.
    public init?(_ text: String) {
        guard let code = ResponseCode.mnemonics.code(text), code <= 0x0FFF else { return nil }
        self.init(rawValue: code)
    }

    /// The mnemonic, or `RCODE` and the number.
    public var description: String { ResponseCode.mnemonics.text(rawValue) }
}
