import Addresses

extension RecordData {
    /// Reads record data that fills `field` exactly.
    ///
    /// A type has one format in every class: those that RFC 1035 §3.4 gave only to IN have never
    /// got another one that is in use, and libldns reads them so too.
    ///
    /// - Throws: `WireError` if the octets are not the data of that type.
    init(
        reading field: WireReader,
        type: RecordType,
        recordClass: RecordClass
    ) throws(WireError) {
        var reader = field
        do {
            self = try RecordData.read(&reader, type: type, recordClass: recordClass)
        } catch .truncated {
            // The message is long enough: the data is what does not fit its length.
            throw .badRecordData
        }
        guard reader.isAtEnd else { throw .badRecordData }
    }

    private static func read(
        _ reader: inout WireReader,
        type: RecordType,
        recordClass: RecordClass
    ) throws(WireError) -> RecordData {
        // Updates name record sets by records without data (RFC 2136 §2.4, §2.5).
        let isUpdate = recordClass == .any || recordClass == .none
        if isUpdate, reader.isAtEnd { return .unknown(type, []) }
        if let data = try readNames(&reader, type: type) { return data }
        switch type {
        case .a, .aaaa:
            guard let address = IPAddress(octets: reader.readRest()),
                address.isIPv4 == (type == .a)
            else { throw .badRecordData }
            return .address(address)
        case .srv: return try .srv(ServiceLocation(reading: &reader))
        case .naptr: return try .naptr(NamingAuthorityPointer(reading: &reader))
        case .tlsa: return try .tlsa(CertificateAssociation(reading: &reader))
        case .svcb: return try .svcb(ServiceBinding(reading: &reader))
        case .https: return try .https(ServiceBinding(reading: &reader))
        case .ds: return try .ds(SigningKeyDigest(reading: &reader))
        case .dnskey: return try .dnskey(ZoneKey(reading: &reader))
        case .rrsig: return try .rrsig(RecordSignature(reading: &reader))
        case .nsec: return try .nsec(NextSecure(reading: &reader))
        case .nsec3: return try .nsec3(HashedNextSecure(reading: &reader))
        case .nsec3param: return try .nsec3param(HashParameters(reading: &reader))
        case .caa:
            let data = try CertificationAuthority(reading: &reader)
            guard data.hasValidTag else { throw .badRecordData }
            return .caa(data)
        default: return try readUnknown(&reader, type: type)
        }
    }

    /// Reads the types of RFC 1035 and others of names and text; nil for the rest.
    private static func readNames(
        _ reader: inout WireReader,
        type: RecordType
    ) throws(WireError) -> RecordData? {
        switch type {
        case .ns: return try .ns(reader.readName())
        case .cname: return try .cname(reader.readName())
        case .ptr: return try .ptr(reader.readName())
        case .dname: return try .dname(reader.readName(isCompressible: false))
        case .soa: return try .soa(StartOfAuthority(reading: &reader))
        case .mx: return try .mx(MailExchange(reading: &reader))
        case .hinfo: return try .hinfo(HostInformation(reading: &reader))
        case .txt:
            var strings: [[UInt8]] = []
            repeat { strings.append(try reader.readCharacterString()) } while !reader.isAtEnd
            return .txt(strings)
        default: return nil
        }
    }

    /// Reads a type without a case of its own, with any compressed names in it expanded.
    ///
    /// These types are older than the rule against compression, so the names may be compressed
    /// and would point nowhere in another message (RFC 3597 §4).
    private static func readUnknown(
        _ reader: inout WireReader,
        type: RecordType
    ) throws(WireError) -> RecordData {
        var octets: [UInt8] = []
        switch type {
        case .md, .mf, .mb, .mg, .mr:
            octets += try reader.readName().octets
        case .minfo, .rp:
            octets += try reader.readName().octets
            octets += try reader.readName().octets
        case .afsdb, .rt, .kx:
            octets += try reader.readOctets(count: 2)
            octets += try reader.readName().octets
        case .px:
            octets += try reader.readOctets(count: 2)
            octets += try reader.readName().octets
            octets += try reader.readName().octets
        default:
            octets = reader.readRest()
        }
        return .unknown(type, octets)
    }
}

extension CertificationAuthority {
    /// Whether the tag is of one or more letters and digits (RFC 8659 §4.1).
    var hasValidTag: Bool {
        !tag.isEmpty
            && tag.allSatisfy { octet in
                let lower = ASCIICase.lower(octet)
                return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
            }
    }
}
