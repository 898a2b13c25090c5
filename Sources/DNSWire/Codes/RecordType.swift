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
    @inlinable public static var a: RecordType { RecordType(rawValue: 1) }
    /// An authoritative server of a zone (RFC 1035 §3.3.11).
    @inlinable public static var ns: RecordType { RecordType(rawValue: 2) }
    /// A mail destination, obsolete (RFC 1035 §3.3.4).
    @inlinable public static var md: RecordType { RecordType(rawValue: 3) }
    /// A mail forwarder, obsolete (RFC 1035 §3.3.5).
    @inlinable public static var mf: RecordType { RecordType(rawValue: 4) }
    /// The canonical name of an alias (RFC 1035 §3.3.1).
    @inlinable public static var cname: RecordType { RecordType(rawValue: 5) }
    /// The start of a zone of authority (RFC 1035 §3.3.13).
    @inlinable public static var soa: RecordType { RecordType(rawValue: 6) }
    /// A mailbox, experimental (RFC 1035 §3.3.3).
    @inlinable public static var mb: RecordType { RecordType(rawValue: 7) }
    /// A mail group member, experimental (RFC 1035 §3.3.6).
    @inlinable public static var mg: RecordType { RecordType(rawValue: 8) }
    /// A mailbox renamed, experimental (RFC 1035 §3.3.8).
    @inlinable public static var mr: RecordType { RecordType(rawValue: 9) }
    /// Anything, experimental (RFC 1035 §3.3.10).
    @inlinable public static var null: RecordType { RecordType(rawValue: 10) }
    /// Well-known services, obsolete (RFC 1035 §3.4.2).
    @inlinable public static var wks: RecordType { RecordType(rawValue: 11) }
    /// A pointer to another name (RFC 1035 §3.3.12).
    @inlinable public static var ptr: RecordType { RecordType(rawValue: 12) }
    /// Host information (RFC 1035 §3.3.2).
    @inlinable public static var hinfo: RecordType { RecordType(rawValue: 13) }
    /// Mailbox information, experimental (RFC 1035 §3.3.7).
    @inlinable public static var minfo: RecordType { RecordType(rawValue: 14) }
    /// A mail exchange (RFC 1035 §3.3.9).
    @inlinable public static var mx: RecordType { RecordType(rawValue: 15) }
    /// Text strings (RFC 1035 §3.3.14).
    @inlinable public static var txt: RecordType { RecordType(rawValue: 16) }
    /// A responsible person (RFC 1183 §2.2).
    @inlinable public static var rp: RecordType { RecordType(rawValue: 17) }
    /// An AFS database location (RFC 1183 §1).
    @inlinable public static var afsdb: RecordType { RecordType(rawValue: 18) }
    /// An X.25 address (RFC 1183 §3.1).
    @inlinable public static var x25: RecordType { RecordType(rawValue: 19) }
    /// An ISDN address (RFC 1183 §3.2).
    @inlinable public static var isdn: RecordType { RecordType(rawValue: 20) }
    /// A route through (RFC 1183 §3.3).
    @inlinable public static var rt: RecordType { RecordType(rawValue: 21) }
    /// A signature of the first kind (RFC 2535 §4).
    @inlinable public static var sig: RecordType { RecordType(rawValue: 24) }
    /// A key of the first kind (RFC 2535 §3).
    @inlinable public static var key: RecordType { RecordType(rawValue: 25) }
    /// An X.400 mapping (RFC 2163 §4).
    @inlinable public static var px: RecordType { RecordType(rawValue: 26) }
    /// The IPv6 address of a host (RFC 3596 §2.1).
    @inlinable public static var aaaa: RecordType { RecordType(rawValue: 28) }
    /// A location on earth (RFC 1876).
    @inlinable public static var loc: RecordType { RecordType(rawValue: 29) }
    /// The location of a service (RFC 2782).
    @inlinable public static var srv: RecordType { RecordType(rawValue: 33) }
    /// A naming authority pointer (RFC 3403 §4).
    @inlinable public static var naptr: RecordType { RecordType(rawValue: 35) }
    /// A key exchanger (RFC 2230).
    @inlinable public static var kx: RecordType { RecordType(rawValue: 36) }
    /// A certificate (RFC 4398).
    @inlinable public static var cert: RecordType { RecordType(rawValue: 37) }
    /// An alias of a whole subtree (RFC 6672).
    @inlinable public static var dname: RecordType { RecordType(rawValue: 39) }
    /// The options of EDNS (RFC 6891 §6.1).
    @inlinable public static var opt: RecordType { RecordType(rawValue: 41) }
    /// A list of address prefixes (RFC 3123).
    @inlinable public static var apl: RecordType { RecordType(rawValue: 42) }
    /// A delegation's signing key digest (RFC 4034 §5).
    @inlinable public static var ds: RecordType { RecordType(rawValue: 43) }
    /// An SSH key fingerprint (RFC 4255).
    @inlinable public static var sshfp: RecordType { RecordType(rawValue: 44) }
    /// An IPsec key (RFC 4025).
    @inlinable public static var ipseckey: RecordType { RecordType(rawValue: 45) }
    /// A signature of a record set (RFC 4034 §3).
    @inlinable public static var rrsig: RecordType { RecordType(rawValue: 46) }
    /// A proof of non-existence (RFC 4034 §4).
    @inlinable public static var nsec: RecordType { RecordType(rawValue: 47) }
    /// A public key of a zone (RFC 4034 §2).
    @inlinable public static var dnskey: RecordType { RecordType(rawValue: 48) }
    /// A DHCP identifier (RFC 4701).
    @inlinable public static var dhcid: RecordType { RecordType(rawValue: 49) }
    /// A hashed proof of non-existence (RFC 5155 §3).
    @inlinable public static var nsec3: RecordType { RecordType(rawValue: 50) }
    /// The parameters of hashed proofs (RFC 5155 §4).
    @inlinable public static var nsec3param: RecordType { RecordType(rawValue: 51) }
    /// A certificate association (RFC 6698 §2).
    @inlinable public static var tlsa: RecordType { RecordType(rawValue: 52) }
    /// A certificate association of a mail address (RFC 8162 §2).
    @inlinable public static var smimea: RecordType { RecordType(rawValue: 53) }
    /// A host identity (RFC 8005).
    @inlinable public static var hip: RecordType { RecordType(rawValue: 55) }
    /// A DS for the parent to publish (RFC 7344 §3.1).
    @inlinable public static var cds: RecordType { RecordType(rawValue: 59) }
    /// A DNSKEY for the parent to digest (RFC 7344 §3.2).
    @inlinable public static var cdnskey: RecordType { RecordType(rawValue: 60) }
    /// An OpenPGP key (RFC 7929 §2).
    @inlinable public static var openpgpkey: RecordType { RecordType(rawValue: 61) }
    /// A request to the parent to synchronise (RFC 7477).
    @inlinable public static var csync: RecordType { RecordType(rawValue: 62) }
    /// A digest of a zone (RFC 8976).
    @inlinable public static var zonemd: RecordType { RecordType(rawValue: 63) }
    /// A service binding (RFC 9460 §2).
    @inlinable public static var svcb: RecordType { RecordType(rawValue: 64) }
    /// The service binding of a web origin (RFC 9460 §9).
    @inlinable public static var https: RecordType { RecordType(rawValue: 65) }
    /// A sender policy, obsolete (RFC 7208 §3.1).
    @inlinable public static var spf: RecordType { RecordType(rawValue: 99) }
    /// A node identifier (RFC 6742).
    @inlinable public static var nid: RecordType { RecordType(rawValue: 104) }
    /// A 32-bit locator (RFC 6742).
    @inlinable public static var l32: RecordType { RecordType(rawValue: 105) }
    /// A 64-bit locator (RFC 6742).
    @inlinable public static var l64: RecordType { RecordType(rawValue: 106) }
    /// A locator pointer (RFC 6742).
    @inlinable public static var lp: RecordType { RecordType(rawValue: 107) }
    /// A 48-bit hardware address (RFC 7043).
    @inlinable public static var eui48: RecordType { RecordType(rawValue: 108) }
    /// A 64-bit hardware address (RFC 7043).
    @inlinable public static var eui64: RecordType { RecordType(rawValue: 109) }
    /// A transaction key (RFC 2930).
    @inlinable public static var tkey: RecordType { RecordType(rawValue: 249) }
    /// A transaction signature (RFC 8945).
    @inlinable public static var tsig: RecordType { RecordType(rawValue: 250) }
    /// A question for the changes of a zone (RFC 1995).
    @inlinable public static var ixfr: RecordType { RecordType(rawValue: 251) }
    /// A question for a whole zone (RFC 5936).
    @inlinable public static var axfr: RecordType { RecordType(rawValue: 252) }
    /// A question for mailbox records (RFC 1035 §3.2.3).
    @inlinable public static var mailb: RecordType { RecordType(rawValue: 253) }
    /// A question for mail agents, obsolete (RFC 1035 §3.2.3).
    @inlinable public static var maila: RecordType { RecordType(rawValue: 254) }
    /// A question for some or all record types (RFC 8482).
    @inlinable public static var any: RecordType { RecordType(rawValue: 255) }
    /// A mapping to a URI (RFC 7553).
    @inlinable public static var uri: RecordType { RecordType(rawValue: 256) }
    /// Which authorities may certify (RFC 8659).
    @inlinable public static var caa: RecordType { RecordType(rawValue: 257) }
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
