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
    public static let noError = ResponseCode(rawValue: 0)
    /// The request could not be read.
    public static let formatError = ResponseCode(rawValue: 1)
    /// The server failed.
    public static let serverFailure = ResponseCode(rawValue: 2)
    /// The name does not exist.
    public static let nameError = ResponseCode(rawValue: 3)
    /// The server does not know this kind of request.
    public static let notImplemented = ResponseCode(rawValue: 4)
    /// The server refuses for reasons of policy.
    public static let refused = ResponseCode(rawValue: 5)
    /// A name exists that should not (RFC 2136 §2.2).
    public static let nameExists = ResponseCode(rawValue: 6)
    /// A record set exists that should not (RFC 2136 §2.2).
    public static let recordSetExists = ResponseCode(rawValue: 7)
    /// A record set that should exist does not (RFC 2136 §2.2).
    public static let recordSetMissing = ResponseCode(rawValue: 8)
    /// The server is not authoritative for the zone (RFC 2136 §2.2).
    public static let notAuthoritative = ResponseCode(rawValue: 9)
    /// A name is not in the zone (RFC 2136 §2.2).
    public static let notInZone = ResponseCode(rawValue: 10)
    /// A type of stateful operation is not implemented (RFC 8490 §10.2).
    public static let statefulTypeUnknown = ResponseCode(rawValue: 11)
    /// The version of EDNS is not implemented (RFC 6891 §9).
    public static let badVersion = ResponseCode(rawValue: 16)
    /// The key is not known (RFC 8945 §3).
    public static let badKey = ResponseCode(rawValue: 17)
    /// The signature is out of its time (RFC 8945 §3).
    public static let badTime = ResponseCode(rawValue: 18)
    /// The mode of TKEY is wrong (RFC 2930 §2.6).
    public static let badMode = ResponseCode(rawValue: 19)
    /// The key name exists already (RFC 2930 §2.6).
    public static let badName = ResponseCode(rawValue: 20)
    /// The algorithm is not supported (RFC 2930 §2.6).
    public static let badAlgorithm = ResponseCode(rawValue: 21)
    /// The truncation of a signature is wrong (RFC 8945 §3).
    public static let badTruncation = ResponseCode(rawValue: 22)
    /// The server cookie is wrong or missing (RFC 7873 §8).
    public static let badCookie = ResponseCode(rawValue: 23)
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
