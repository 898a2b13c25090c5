/// The type of a record, or what a question asks for (RFC 1035 §3.2.2, §3.2.3).
///
/// An open set: a type without mnemonic is written `TYPE65280` (RFC 3597 §5).
public struct RecordType: RawRepresentable, Hashable, Sendable {
    /// The code point.
    public let rawValue: UInt16

    /// Creates the type with a code point.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Whether the type only asks, or belongs to one message, and so is never in a zone.
    ///
    /// OPT and 128…255 of the registry (RFC 6895 §3.1).
    @inlinable
    public var isMeta: Bool { rawValue == 41 || (128...255).contains(rawValue) }
}

// Code points, in the registry's order.
extension RecordType {
    /// The IPv4 address of a host (RFC 1035 §3.4.1).
    public static let a = RecordType(rawValue: 1)
    /// An authoritative server of a zone (RFC 1035 §3.3.11).
    public static let ns = RecordType(rawValue: 2)
    /// A mail destination, obsolete (RFC 1035 §3.3.4).
    public static let md = RecordType(rawValue: 3)
    /// A mail forwarder, obsolete (RFC 1035 §3.3.5).
    public static let mf = RecordType(rawValue: 4)
    /// The canonical name of an alias (RFC 1035 §3.3.1).
    public static let cname = RecordType(rawValue: 5)
    /// The start of a zone of authority (RFC 1035 §3.3.13).
    public static let soa = RecordType(rawValue: 6)
    /// A mailbox, experimental (RFC 1035 §3.3.3).
    public static let mb = RecordType(rawValue: 7)
    /// A mail group member, experimental (RFC 1035 §3.3.6).
    public static let mg = RecordType(rawValue: 8)
    /// A mailbox renamed, experimental (RFC 1035 §3.3.8).
    public static let mr = RecordType(rawValue: 9)
    /// Anything, experimental (RFC 1035 §3.3.10).
    public static let null = RecordType(rawValue: 10)
    /// Well-known services, obsolete (RFC 1035 §3.4.2).
    public static let wks = RecordType(rawValue: 11)
    /// A pointer to another name (RFC 1035 §3.3.12).
    public static let ptr = RecordType(rawValue: 12)
    /// Host information (RFC 1035 §3.3.2).
    public static let hinfo = RecordType(rawValue: 13)
    /// Mailbox information, experimental (RFC 1035 §3.3.7).
    public static let minfo = RecordType(rawValue: 14)
    /// A mail exchange (RFC 1035 §3.3.9).
    public static let mx = RecordType(rawValue: 15)
    /// Text strings (RFC 1035 §3.3.14).
    public static let txt = RecordType(rawValue: 16)
    /// A responsible person (RFC 1183 §2.2).
    public static let rp = RecordType(rawValue: 17)
    /// An AFS database location (RFC 1183 §1).
    public static let afsdb = RecordType(rawValue: 18)
    /// An X.25 address (RFC 1183 §3.1).
    public static let x25 = RecordType(rawValue: 19)
    /// An ISDN address (RFC 1183 §3.2).
    public static let isdn = RecordType(rawValue: 20)
    /// A route through (RFC 1183 §3.3).
    public static let rt = RecordType(rawValue: 21)
    /// A signature of the first kind (RFC 2535 §4).
    public static let sig = RecordType(rawValue: 24)
    /// A key of the first kind (RFC 2535 §3).
    public static let key = RecordType(rawValue: 25)
    /// An X.400 mapping (RFC 2163 §4).
    public static let px = RecordType(rawValue: 26)
    /// The IPv6 address of a host (RFC 3596 §2.1).
    public static let aaaa = RecordType(rawValue: 28)
    /// A location on earth (RFC 1876).
    public static let loc = RecordType(rawValue: 29)
    /// The location of a service (RFC 2782).
    public static let srv = RecordType(rawValue: 33)
    /// A naming authority pointer (RFC 3403 §4).
    public static let naptr = RecordType(rawValue: 35)
    /// A key exchanger (RFC 2230).
    public static let kx = RecordType(rawValue: 36)
    /// A certificate (RFC 4398).
    public static let cert = RecordType(rawValue: 37)
    /// An alias of a whole subtree (RFC 6672).
    public static let dname = RecordType(rawValue: 39)
    /// The options of EDNS (RFC 6891 §6.1).
    public static let opt = RecordType(rawValue: 41)
    /// A list of address prefixes (RFC 3123).
    public static let apl = RecordType(rawValue: 42)
    /// A delegation's signing key digest (RFC 4034 §5).
    public static let ds = RecordType(rawValue: 43)
    /// An SSH key fingerprint (RFC 4255).
    public static let sshfp = RecordType(rawValue: 44)
    /// An IPsec key (RFC 4025).
    public static let ipseckey = RecordType(rawValue: 45)
    /// A signature of a record set (RFC 4034 §3).
    public static let rrsig = RecordType(rawValue: 46)
    /// A proof of non-existence (RFC 4034 §4).
    public static let nsec = RecordType(rawValue: 47)
    /// A public key of a zone (RFC 4034 §2).
    public static let dnskey = RecordType(rawValue: 48)
    /// A DHCP identifier (RFC 4701).
    public static let dhcid = RecordType(rawValue: 49)
    /// A hashed proof of non-existence (RFC 5155 §3).
    public static let nsec3 = RecordType(rawValue: 50)
    /// The parameters of hashed proofs (RFC 5155 §4).
    public static let nsec3param = RecordType(rawValue: 51)
    /// A certificate association (RFC 6698 §2).
    public static let tlsa = RecordType(rawValue: 52)
    /// A certificate association of a mail address (RFC 8162 §2).
    public static let smimea = RecordType(rawValue: 53)
    /// A host identity (RFC 8005).
    public static let hip = RecordType(rawValue: 55)
    /// A DS for the parent to publish (RFC 7344 §3.1).
    public static let cds = RecordType(rawValue: 59)
    /// A DNSKEY for the parent to digest (RFC 7344 §3.2).
    public static let cdnskey = RecordType(rawValue: 60)
    /// An OpenPGP key (RFC 7929 §2).
    public static let openpgpkey = RecordType(rawValue: 61)
    /// A request to the parent to synchronise (RFC 7477).
    public static let csync = RecordType(rawValue: 62)
    /// A digest of a zone (RFC 8976).
    public static let zonemd = RecordType(rawValue: 63)
    /// A service binding (RFC 9460 §2).
    public static let svcb = RecordType(rawValue: 64)
    /// The service binding of a web origin (RFC 9460 §9).
    public static let https = RecordType(rawValue: 65)
    /// A sender policy, obsolete (RFC 7208 §3.1).
    public static let spf = RecordType(rawValue: 99)
    /// A node identifier (RFC 6742).
    public static let nid = RecordType(rawValue: 104)
    /// A 32-bit locator (RFC 6742).
    public static let l32 = RecordType(rawValue: 105)
    /// A 64-bit locator (RFC 6742).
    public static let l64 = RecordType(rawValue: 106)
    /// A locator pointer (RFC 6742).
    public static let lp = RecordType(rawValue: 107)
    /// A 48-bit hardware address (RFC 7043).
    public static let eui48 = RecordType(rawValue: 108)
    /// A 64-bit hardware address (RFC 7043).
    public static let eui64 = RecordType(rawValue: 109)
    /// A transaction key (RFC 2930).
    public static let tkey = RecordType(rawValue: 249)
    /// A transaction signature (RFC 8945).
    public static let tsig = RecordType(rawValue: 250)
    /// A question for the changes of a zone (RFC 1995).
    public static let ixfr = RecordType(rawValue: 251)
    /// A question for a whole zone (RFC 5936).
    public static let axfr = RecordType(rawValue: 252)
    /// A question for mailbox records (RFC 1035 §3.2.3).
    public static let mailb = RecordType(rawValue: 253)
    /// A question for mail agents, obsolete (RFC 1035 §3.2.3).
    public static let maila = RecordType(rawValue: 254)
    /// A question for some or all record types (RFC 8482).
    public static let any = RecordType(rawValue: 255)
    /// A mapping to a URI (RFC 7553).
    public static let uri = RecordType(rawValue: 256)
    /// Which authorities may certify (RFC 8659).
    public static let caa = RecordType(rawValue: 257)
}

extension RecordType: LosslessStringConvertible {
    private static let mnemonics = CodePointNames(
        prefix: "TYPE",
        [
            1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR",
            10: "NULL", 11: "WKS", 12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT",
            17: "RP", 18: "AFSDB", 19: "X25", 20: "ISDN", 21: "RT", 24: "SIG", 25: "KEY",
            26: "PX", 28: "AAAA", 29: "LOC", 33: "SRV", 35: "NAPTR", 36: "KX", 37: "CERT",
            39: "DNAME", 41: "OPT", 42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG",
            47: "NSEC", 48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA",
            53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC",
            63: "ZONEMD", 64: "SVCB", 65: "HTTPS", 99: "SPF", 104: "NID", 105: "L32", 106: "L64",
            107: "LP", 108: "EUI48", 109: "EUI64", 249: "TKEY", 250: "TSIG", 251: "IXFR",
            252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI", 257: "CAA",
        ]
    )

    /// Reads a mnemonic or `TYPE` and a number, in any case; nil if it is neither.
    public init?(_ text: String) {
        guard let code = RecordType.mnemonics.code(text) else { return nil }
        self.init(rawValue: code)
    }

    /// The mnemonic, or `TYPE` and the number.
    public var description: String { RecordType.mnemonics.text(rawValue) }
}

extension RecordType: Comparable {
    /// Orders by code point.
    @inlinable
    public static func < (left: RecordType, right: RecordType) -> Bool {
        left.rawValue < right.rawValue
    }
}
