extension Message {
    /// Returns the message's octets, at most `limit` of them.
    ///
    /// Where they don't fit, whole record sets are left out: of the additional section first,
    /// then of the authority section, then of the answer. TC is set only if answer or authority
    /// lost something (RFC 2181 §9), or if `needsAdditionals` and the additional section did, as
    /// a referral is of no use without its glue (RFC 9471 §3). The OPT record always stays.
    ///
    /// - Parameters:
    ///   - limit: The octets that the message may have.
    ///   - needsAdditionals: Whether TC is set for what the additional section loses.
    /// - Returns: The octets of the message.
    /// - Throws: `WireError` if header, question and OPT record alone don't fit, or a value has
    ///   no place on the wire.
    public func encoded(
        limit: Int = WireLimits.messageOctetsMax,
        needsAdditionals: Bool = false
    ) throws(WireError) -> [UInt8] {
        let limit = min(limit, WireLimits.messageOctetsMax)
        let reserved = edns?.octetCount ?? 0
        guard header.responseCode.extended == 0 || edns != nil else { throw .tooLarge }
        var writer = WireWriter(limit: limit - reserved)
        var header = header
        for _ in 0..<6 { try writer.write(UInt16(0)) }
        for question in questions { try question.write(into: &writer) }

        let answerCount = try Message.write(answers, into: &writer)
        var authorityCount = 0
        var additionalCount = 0
        if answerCount == answers.count {
            authorityCount = try Message.write(authorities, into: &writer)
        }
        if answerCount < answers.count || authorityCount < authorities.count {
            header.isTruncated = true
        } else {
            additionalCount = try writeAdditionals(into: &writer)
            if needsAdditionals, additionalCount < additionals.count { header.isTruncated = true }
        }

        writer.limit = limit
        try edns?.write(into: &writer, extended: header.responseCode.extended)
        let counts = [
            questions.count, answerCount, authorityCount, additionalCount + (edns == nil ? 0 : 1),
        ]
        writer.overwrite(header.id, at: 0)
        writer.overwrite(header.flags, at: 2)
        for (index, count) in counts.enumerated() {
            assert(count <= UInt16.max, "65,535 octets cannot hold so many records")
            writer.overwrite(UInt16(truncatingIfNeeded: count), at: 4 + 2 * index)
        }
        return writer.octets
    }

    /// Writes records until one does not fit; then takes its whole set back.
    ///
    /// - Returns: The number of records that stay written.
    private static func write(
        _ records: [ResourceRecord],
        into writer: inout WireWriter
    ) throws(WireError) -> Int {
        var starts: [Int] = []
        for (index, record) in records.enumerated() {
            starts.append(writer.count)
            if try record.writeIfFitting(into: &writer) { continue }
            let first = records[...index].firstIndex { $0.isSameSet(as: record) } ?? index
            writer.rewind(to: starts[first])
            return first
        }
        return records.count
    }

    /// Writes those sets of the additional section that fit.
    private func writeAdditionals(into writer: inout WireWriter) throws(WireError) -> Int {
        var written = 0
        var index = 0
        while index < additionals.count {
            let start = writer.count
            let first = additionals[index]
            var end = index
            var fits = true
            while end < additionals.count, additionals[end].isSameSet(as: first) {
                if fits { fits = try additionals[end].writeIfFitting(into: &writer) }
                end += 1
            }
            if fits {
                written += end - index
            } else {
                writer.rewind(to: start)
            }
            index = end
        }
        return written
    }
}

extension ResourceRecord {
    /// Writes the record and returns true, or writes nothing and returns false.
    ///
    /// - Throws: `WireError` if a value has no place on the wire.
    fileprivate func writeIfFitting(into writer: inout WireWriter) throws(WireError) -> Bool {
        let start = writer.count
        do {
            try write(into: &writer)
            return true
        } catch .noRoom {
            writer.rewind(to: start)
            return false
        }
    }
}
