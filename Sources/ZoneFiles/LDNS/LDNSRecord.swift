import CLDNS
import DNSWire
import Glibc

/// A record that libldns allocated, freed with this value.
@safe
struct LDNSRecord: ~Copyable {
    /// Never nil, owned by this value alone.
    private let pointer: UnsafeMutablePointer<ldns_rr>

    /// Takes over a record.
    init(owning pointer: UnsafeMutablePointer<ldns_rr>) { unsafe self.pointer = pointer }

    /// Parses one line of a zone file; names in the data may be relative to `origin`.
    init(text: String, origin: Name? = nil) throws(LDNSStatus) {
        var pointer: UnsafeMutablePointer<ldns_rr>?
        let octets = (origin ?? .root).octets
        // SAFETY: libldns copies the origin's octets, and we free its copy below.
        let rootOrOrigin = unsafe ldns_rdf_new_frm_data(
            LDNS_RDF_TYPE_DNAME,
            octets.count,
            octets
        )
        // SAFETY: the origin is ours alone and freed once; nil is allowed.
        defer { unsafe ldns_rdf_deep_free(rootOrOrigin) }
        // SAFETY: the text ends in a zero octet and is only read; on success `pointer` is ours.
        try LDNSStatus.check(unsafe ldns_rr_new_frm_str(&pointer, text, 0, rootOrOrigin, nil))
        guard let pointer = unsafe pointer else { throw LDNSStatus(LDNS_STATUS_NULL) }
        unsafe self.init(owning: pointer)
    }

    /// Parses a record from its wire octets.
    init(octets: [UInt8]) throws(LDNSStatus) {
        var pointer: UnsafeMutablePointer<ldns_rr>?
        var position = 0
        // SAFETY: libldns reads at most `octets.count` octets; on success `pointer` is ours.
        try LDNSStatus.check(
            unsafe ldns_wire2rr(&pointer, octets, octets.count, &position, LDNS_SECTION_ANSWER)
        )
        guard let pointer = unsafe pointer else { throw LDNSStatus(LDNS_STATUS_NULL) }
        unsafe self.init(owning: pointer)
    }

    deinit {
        // SAFETY: the record is owned by this value and freed once.
        unsafe ldns_rr_free(pointer)
    }

    /// The record as a line of a zone file, without the newline.
    var text: String { unsafe LDNSRecord.text(of: pointer) }

    /// The record's wire octets, names uncompressed.
    var octets: [UInt8] { unsafe LDNSRecord.octets(of: pointer) }

    /// The text of a record that somebody else owns; empty if libldns cannot print it.
    static func text(of pointer: UnsafePointer<ldns_rr>) -> String {
        // SAFETY: the returned text is ours to free, ends in a zero octet, and is nil on failure.
        guard let text = unsafe ldns_rr2str(pointer) else { return "" }
        defer { unsafe free(text) }
        let line = unsafe String(cString: text)
        return line.hasSuffix("\n") ? String(line.dropLast()) : line
    }

    /// The octets of a record that somebody else owns; empty if libldns cannot write it.
    static func octets(of pointer: UnsafePointer<ldns_rr>) -> [UInt8] {
        var octets: UnsafeMutablePointer<UInt8>?
        var count = 0
        // SAFETY: on success `octets` points to `count` octets that are ours to free.
        let status = unsafe ldns_rr2wire(
            &octets,
            pointer,
            Int32(LDNS_SECTION_ANSWER.rawValue),
            &count
        )
        guard status == LDNS_STATUS_OK, let octets = unsafe octets else { return [] }
        defer { unsafe free(octets) }
        return unsafe Array(UnsafeBufferPointer(start: octets, count: count))
    }
}
