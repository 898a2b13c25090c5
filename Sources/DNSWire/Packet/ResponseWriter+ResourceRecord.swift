extension ResponseWriter {
    /// Appends a record that was made outside of the packet path.
    ///
    /// The owner is compressed against `question`, the name at the start of the packet; the data is
    /// written in full.
    ///
    /// - Returns: False, with nothing written, if the record does not fit or can't be encoded.
    public mutating func append(
        _ record: ResourceRecord,
        to section: Section,
        question: Name
    ) -> Bool {
        guard let octets = try? record.uncompressedOctets() else { return false }
        let ownerCount = record.name.octets.count
        let shared = sharedSuffix(record.name, question)
        var owner = Array(record.name.octets.dropLast(shared.octetCount))
        if shared.octetCount > 1 {
            let pointer = 0xC000 | (QueryView.headerOctetCount + shared.start)
            owner += [UInt8(pointer >> 8), UInt8(pointer & 0xFF)]
        } else {
            owner = record.name.octets
        }
        guard remaining >= owner.count + octets.count - ownerCount else { return false }
        unsafe owner.withUnsafeBytes { unsafe write($0) }
        unsafe octets.dropFirst(ownerCount).withUnsafeBytes { unsafe write($0) }
        count(section)
        return true
    }

    /// The longest common suffix of two names, in whole labels: its octets, the root included, and
    /// where it starts in the question's name.
    private func sharedSuffix(_ name: Name, _ question: Name) -> (octetCount: Int, start: Int) {
        var suffix = name
        while !question.isSubdomain(of: suffix) {
            guard let parent = suffix.parent else { return (1, 0) }
            suffix = parent
        }
        return (suffix.octets.count, question.octets.count - suffix.octets.count)
    }
}
