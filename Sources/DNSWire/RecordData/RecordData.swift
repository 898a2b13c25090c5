public import Addresses

/// What a record says: one case for each format that is understood, and one for all the others.
///
/// - SeeAlso: RFC 1035 §3.3, RFC 3597.
public enum RecordData: Hashable, Sendable {
    /// A or AAAA: an address; its family decides the type.
    case address(IPAddress)
    /// NS: a server of the zone.
    case ns(Name)
    /// CNAME: what the owner is an alias of.
    case cname(Name)
    /// PTR: a name pointed to.
    case ptr(Name)
    /// DNAME: what everything below the owner is an alias into.
    case dname(Name)
    /// SOA.
    case soa(StartOfAuthority)
    /// MX.
    case mx(MailExchange)
    /// TXT: one or more strings of up to 255 octets.
    case txt([[UInt8]])
    /// HINFO.
    case hinfo(HostInformation)
    /// SRV.
    case srv(ServiceLocation)
    /// NAPTR.
    case naptr(NamingAuthorityPointer)
    /// CAA.
    case caa(CertificationAuthority)
    /// TLSA.
    case tlsa(CertificateAssociation)
    /// SVCB.
    case svcb(ServiceBinding)
    /// HTTPS.
    case https(ServiceBinding)
    /// DS.
    case ds(SigningKeyDigest)
    /// DNSKEY.
    case dnskey(ZoneKey)
    /// RRSIG.
    case rrsig(RecordSignature)
    /// NSEC.
    case nsec(NextSecure)
    /// NSEC3.
    case nsec3(HashedNextSecure)
    /// NSEC3PARAM.
    case nsec3param(HashParameters)
    /// Any other type: the octets as they are, names in them uncompressed (RFC 3597 §3).
    case unknown(RecordType, [UInt8])
}

extension RecordData {
    /// The record type that the data belongs to.
    public var type: RecordType {
        switch self {
        case .address(let address): address.isIPv4 ? .a : .aaaa
        case .ns: .ns
        case .cname: .cname
        case .ptr: .ptr
        case .dname: .dname
        case .soa: .soa
        case .mx: .mx
        case .txt: .txt
        case .hinfo: .hinfo
        case .srv: .srv
        case .naptr: .naptr
        case .caa: .caa
        case .tlsa: .tlsa
        case .svcb: .svcb
        case .https: .https
        case .ds: .ds
        case .dnskey: .dnskey
        case .rrsig: .rrsig
        case .nsec: .nsec
        case .nsec3: .nsec3
        case .nsec3param: .nsec3param
        case .unknown(let type, _): type
        }
    }

    /// Creates TXT data from text, cut into strings of at most 255 octets of UTF-8.
    public static func text(_ text: String) -> RecordData {
        let octets = Array(text.utf8)
        guard !octets.isEmpty else { return .txt([[]]) }
        return .txt(
            stride(from: 0, to: octets.count, by: 255)
                .map { Array(octets[$0..<min($0 + 255, octets.count)]) }
        )
    }

    /// The names that a server should add addresses for (RFC 1035 §3.3.9, RFC 2782).
    public var additionalName: Name? {
        switch self {
        case .ns(let name): name
        case .mx(let data): data.exchange
        case .srv(let data): data.target
        case .svcb(let data), .https(let data): data.target.isRoot ? nil : data.target
        default: nil
        }
    }
}
