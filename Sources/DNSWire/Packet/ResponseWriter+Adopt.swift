/// Where one record of a packet is, read in place.
struct RecordSpan {
    /// Where the record's type is: behind its owner's name.
    var fields: Int
    /// The record's type.
    var type: UInt16
    /// Where the record ends.
    var end: Int

    /// Reads the record at `start`; nil if it is malformed.
    init?(_ packet: UnsafeRawBufferPointer, at start: Int) {
        guard let fields = unsafe QueryView.skipName(packet, at: start),
            fields + 10 <= packet.count
        else { return nil }
        let end = unsafe fields + 10 + Int(packet.word(at: fields + 8))
        guard end <= packet.count else { return nil }
        self.fields = fields
        self.end = end
        type = unsafe packet.word(at: fields)
    }
}

extension ResponseWriter {
    /// Takes over the records of another server's reply to the same question, octet for octet.
    ///
    /// Compressed names stay valid, because the question takes as many octets in both packets. The
    /// OPT record is left out: it belongs to the hop. Records that do not fit are left out from the
    /// end, and TC is set.
    ///
    /// - Returns: False, with nothing written, if the reply is malformed, answers another question,
    ///   or has something behind its OPT record.
    public mutating func adopt(
        _ reply: UnsafeRawBufferPointer,
        answering query: QueryView
    ) -> Bool {
        guard position == query.questionEnd, reply.count >= position,
            unsafe isReply(reply, to: query),
            let layout = unsafe ReplyLayout(reply, questionEnd: position, limit: limit)
        else { return false }
        let flags = unsafe reply.word(at: 2)
        let end = layout.fittingEnd
        if let source = reply.baseAddress {
            // SAFETY: both packets have `end` octets (checked by the layout and against `limit`).
            unsafe (base + position).copyMemory(
                from: source + position,
                byteCount: end - position
            )
        }
        answerCount += layout.answers
        authorityCount += layout.authorities
        additionalCount += layout.additionals
        position = end
        responseCode = flags & 0xF | UInt16(layout.extendedCode) << 4
        isAuthoritative = flags & 0x0400 != 0
        isTruncated = flags & 0x0200 != 0 || end < layout.end
        recursionAvailable = flags & 0x0080 != 0
        isAuthenticated = flags & 0x0020 != 0
        return true
    }

    private func isReply(_ reply: UnsafeRawBufferPointer, to query: QueryView) -> Bool {
        let flags = unsafe reply.word(at: 2)
        guard flags & 0x8000 != 0, unsafe reply.word(at: 4) == 1 else { return false }
        let nameEnd = QueryView.headerOctetCount + query.nameOctetCount
        guard unsafe reply.word(at: nameEnd) == query.type,
            unsafe reply.word(at: nameEnd + 2) == query.recordClass
        else { return false }
        guard let source = reply.baseAddress else { return false }
        // Mostly the names are the same octet for octet: eight at a time, the last ones twice.
        // SAFETY: both packets have the whole question, which ends behind `nameEnd`, and a header
        // in front of it.
        var offset = QueryView.headerOctetCount
        while offset < nameEnd {
            let start = min(offset, nameEnd - 8)
            let ours = unsafe base.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            let theirs = unsafe source.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            guard ours == theirs else { return unsafe isSameFolded(reply, offset..<nameEnd) }
            offset += 8
        }
        return true
    }

    /// Whether octets of a name are the same in both packets, whatever the case of letters.
    private func isSameFolded(_ reply: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        // Counts of octets are below "A", so that names compare as runs of octets.
        for offset in range {
            let ours = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
            guard unsafe reply[offset].asciiLowercased == ours.asciiLowercased else { return false }
        }
        return true
    }

    /// Leaves out records from the end until the reply takes at most `octets`, and sets TC if any
    /// was left out (RFC 2181 §9).
    ///
    /// For replies that were written without regard to what the client takes.
    public mutating func fit(_ octets: Int, answering query: QueryView) {
        let reserved = (query.hasEDNS ? ResponseWriter.optOctetCount : 0) + optionOctets
        let most = octets - reserved
        guard position > most else { return }
        // The counts of the header are those written so far.
        let packet = unsafe UnsafeRawBufferPointer(start: base, count: position)
        var counts: (UInt16, UInt16, UInt16) = (0, 0, 0)
        var end = query.questionEnd
        var left = (answerCount, authorityCount, additionalCount)
        while let record = unsafe RecordSpan(packet, at: end), record.end <= most {
            end = record.end
            if left.0 > 0 {
                left.0 -= 1
                counts.0 += 1
            } else if left.1 > 0 {
                left.1 -= 1
                counts.1 += 1
            } else {
                counts.2 += 1
            }
        }
        position = end
        (answerCount, authorityCount, additionalCount) = counts
        isTruncated = true
    }

    /// The reply as it stands, complete with its header, but without options of its own.
    public func octets(answering query: QueryView) -> [UInt8] {
        var copy = self
        copy.optionOctets = 0
        let count = copy.finish(query)
        return unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
    }
}

/// Where the records of a reply are.
private struct ReplyLayout {
    /// The upper eight bits of the response code (RFC 6891 §6.1.3).
    var extendedCode: UInt8 = 0
    /// Where the last of the records ends, OPT left out.
    var end: Int
    /// Where the last of the records ends that fits.
    var fittingEnd: Int
    /// Records that fit, by section, OPT left out.
    var answers: UInt16 = 0
    var authorities: UInt16 = 0
    var additionals: UInt16 = 0

    /// Reads a reply; nil if it is malformed, or if something follows its OPT record.
    init?(_ reply: UnsafeRawBufferPointer, questionEnd: Int, limit: Int) {
        let answerCount = unsafe Int(reply.word(at: 6))
        let authorityCount = unsafe Int(reply.word(at: 8))
        let count = unsafe answerCount + authorityCount + Int(reply.word(at: 10))
        end = questionEnd
        fittingEnd = questionEnd
        // A record takes 11 octets at least: the packet bounds the work.
        guard count * 11 <= reply.count else { return nil }
        var hasOPT = false
        for index in 0..<count {
            guard !hasOPT, let record = unsafe RecordSpan(reply, at: end) else { return nil }
            if record.type == 41 {
                guard index >= answerCount + authorityCount else { return nil }
                hasOPT = true
                extendedCode = unsafe reply[record.fields + 4]
                continue
            }
            end = record.end
            guard end <= limit else { continue }
            fittingEnd = end
            if index < answerCount {
                answers += 1
            } else if index < answerCount + authorityCount {
                authorities += 1
            } else {
                additionals += 1
            }
        }
    }
}
