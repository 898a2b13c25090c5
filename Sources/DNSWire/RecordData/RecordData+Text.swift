import Addresses

extension RecordData: CustomStringConvertible {
    /// The data in presentation form, as after the type in a zone file (RFC 1035 §5.1).
    public var description: String {
        switch self {
        case .address(let address): address.description
        case .ns(let name), .cname(let name), .ptr(let name), .dname(let name): name.description
        case .soa(let data): data.description
        case .mx(let data): data.description
        case .txt(let strings): strings.map(TextEncoding.quoted).joined(separator: " ")
        case .hinfo(let data): data.description
        case .srv(let data): data.description
        case .naptr(let data): data.description
        case .caa(let data): data.description
        case .tlsa(let data): data.description
        case .svcb(let data), .https(let data): data.description
        case .ds(let data): data.description
        case .dnskey(let data): data.description
        case .rrsig(let data): data.description
        case .nsec(let data): data.description
        case .nsec3(let data): data.description
        case .nsec3param(let data): data.description
        case .unknown(_, let octets): RecordData.genericText(octets)
        }
    }

    /// Octets in the form that fits every type (RFC 3597 §5).
    private static func genericText(_ octets: [UInt8]) -> String {
        let head = "\\# \(octets.count)"
        return octets.isEmpty ? head : "\(head) \(TextEncoding.hexadecimal(octets))"
    }
}
