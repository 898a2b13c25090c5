import Addresses

extension RecordData {
    /// Writes the data, without the length before it.
    ///
    /// Only names in types of RFC 1035 are compressed (RFC 3597 §4).
    func write(into writer: inout WireWriter) throws(WireError) {
        switch self {
        case .address(let address): try writer.write(address.octets)
        case .ns(let name), .cname(let name), .ptr(let name): try writer.writeCompressed(name)
        case .dname(let name): try writer.writeUncompressed(name)
        case .soa(let data): try data.write(into: &writer)
        case .mx(let data): try data.write(into: &writer)
        case .txt(let strings):
            guard !strings.isEmpty else { throw .badRecordData }
            for string in strings { try writer.writeCharacterString(string) }
        case .hinfo(let data): try data.write(into: &writer)
        case .srv(let data): try data.write(into: &writer)
        case .naptr(let data): try data.write(into: &writer)
        case .caa(let data):
            guard data.hasValidTag else { throw .badRecordData }
            try data.write(into: &writer)
        case .tlsa(let data): try data.write(into: &writer)
        case .svcb(let data), .https(let data): try data.write(into: &writer)
        case .ds(let data): try data.write(into: &writer)
        case .dnskey(let data): try data.write(into: &writer)
        case .rrsig(let data): try data.write(into: &writer)
        case .nsec(let data): try data.write(into: &writer)
        case .nsec3(let data): try data.write(into: &writer)
        case .nsec3param(let data): try data.write(into: &writer)
        case .unknown(let type, let octets):
            // The options of a message are its `edns`, never a record among others.
            guard type != .opt else { throw .misplacedOption }
            try writer.write(octets)
        }
    }

    /// The data's wire octets, names uncompressed.
    ///
    /// - Throws: `WireError` if a field does not fit its place on the wire.
    public func uncompressedOctets() throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        writer.isCompressing = false
        try write(into: &writer)
        return writer.octets
    }
}
