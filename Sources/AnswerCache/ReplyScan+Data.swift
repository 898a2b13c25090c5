// Names in the data of records, which other names may point at.
extension ReplyScan {
    /// Where names are in the data of a type.
    private struct Layout {
        /// Octets before the first name.
        var before = 0
        /// Names, one after the other.
        var names = 0
        /// Octets after the last name; nil for any number.
        var after: Int?
    }

    /// Checks the data of a record of a type that is known, and the names in it.
    ///
    /// The types with names are those that may be compressed (RFC 1035 §3.3, RFC 3597 §4) and those
    /// that some servers compress, or compress others against.
    mutating func passData(of record: Record) throws(StoreRefusal) {
        let layout: Layout
        switch record.type {
        case 1 where record.recordClass == 1: layout = Layout(after: 4)
        case 28 where record.recordClass == 1: layout = Layout(after: 16)
        // NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME
        case 2, 3, 4, 5, 7, 8, 9, 12, 39: layout = Layout(names: 1, after: 0)
        case 6: layout = Layout(names: 2, after: 20)  // SOA
        case 14, 17: layout = Layout(names: 2, after: 0)  // MINFO, RP
        case 15, 18, 21, 36: layout = Layout(before: 2, names: 1, after: 0)  // MX, AFSDB, RT, KX
        case 26: layout = Layout(before: 2, names: 2, after: 0)  // PX
        case 33: layout = Layout(before: 6, names: 1, after: 0)  // SRV
        case 35: layout = Layout(before: try textEnd(record), names: 1, after: 0)  // NAPTR
        case 24, 46: layout = Layout(before: 18, names: 1, after: nil)  // SIG, RRSIG
        case 30, 47: layout = Layout(names: 1, after: nil)  // NXT, NSEC
        case 64, 65: layout = Layout(before: 2, names: 1, after: nil)  // SVCB, HTTPS
        default: return
        }
        var offset = record.data + layout.before
        for _ in 0..<layout.names { offset = try passName(at: offset, limit: record.end) }
        guard offset <= record.end else { throw .malformed }
        if let after = layout.after, offset + after != record.end { throw .malformed }
    }

    /// Octets before the name in the data of a NAPTR: two numbers, three strings (RFC 3403 §4.1).
    private func textEnd(_ record: Record) throws(StoreRefusal) -> Int {
        var offset = record.data + 4
        for _ in 0..<3 {
            guard offset < record.end else { throw .malformed }
            offset += 1 + Int(octets[offset])
        }
        return offset - record.data
    }
}
