public import DNSWire

extension CacheHit {
    /// Writes the reply behind the question, with one TTL in all records.
    ///
    /// Response code and RA are those of the stored reply; AA and AD are the caller's to set. If
    /// the reply doesn't fit, whole record sets are left out from the end. TC is set if they are of
    /// the answer or the authority section, or glue of a referral (RFC 2181 §9, RFC 9471 §3).
    ///
    /// - Parameters:
    ///   - response: A reply that holds the question only; the same question that was looked up.
    ///   - timeToLive: The seconds to write; usually ``remaining``.
    /// - Returns: False, with nothing written, if the question in `response` has another length.
    public func write(into response: inout ResponseWriter, timeToLive: UInt32) -> Bool {
        guard response.position == entry.questionEnd else { return false }
        response.responseCode = responseCode
        response.recursionAvailable = recursionAvailable
        // SAFETY: the entry stays while the reader is in its epoch.
        let count = unsafe Int(entry.pointer.pointee.octetCount)
        guard count <= response.remaining else {
            writeBeginning(into: &response, timeToLive: timeToLive)
            return true
        }
        let counts = unsafe entry.pointer.pointee.counts
        response.answerCount = counts.answer
        response.authorityCount = counts.authority
        response.additionalCount = counts.additional
        copy(count, into: &response, timeToLive: timeToLive)
        return true
    }

    /// Copies the first octets, which end with a record, and writes the TTLs in them.
    @inline(__always)
    private func copy(
        _ count: Int,
        into response: inout ResponseWriter,
        timeToLive: UInt32
    ) {
        let source = unsafe entry.octets
        let target = unsafe response.base + response.position
        // SAFETY: `count` octets are left in the packet, and the entry has as many. Links lead from
        // one TTL field of the entry to the next, which are all inside its octets.
        unsafe target.copyMemory(from: source, byteCount: count)
        let word = timeToLive.bigEndian
        var offset = unsafe Int(entry.pointer.pointee.firstTimeToLive)
        while offset != 0, offset < count {
            unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt32.self)
            offset = unsafe TimeToLiveLink(
                bits: source.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            ).next
        }
        response.position += count
    }

    /// Writes as many whole record sets as fit.
    @inline(never)
    private func writeBeginning(into response: inout ResponseWriter, timeToLive: UInt32) {
        let room = response.remaining
        let source = unsafe entry.octets
        var kept = 0
        var keptCounts: (UInt16, UInt16, UInt16) = (0, 0, 0)
        var counts = keptCounts
        var end = 0
        // SAFETY: as in `copy`; a record's length follows its TTL.
        var offset = unsafe Int(entry.pointer.pointee.firstTimeToLive)
        while offset != 0 {
            let link = unsafe TimeToLiveLink(
                bits: source.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            )
            if link.startsSet {
                kept = end
                keptCounts = counts
            }
            let length = unsafe UInt16(
                bigEndian: source.loadUnaligned(fromByteOffset: offset + 4, as: UInt16.self)
            )
            end = offset + 6 + Int(length)
            if end > room {
                response.isTruncated = link.section < 2 || replyClass == .referral
                break
            }
            switch link.section {
            case 0: counts.0 += 1
            case 1: counts.1 += 1
            default: counts.2 += 1
            }
            offset = link.next
        }
        response.answerCount = keptCounts.0
        response.authorityCount = keptCounts.1
        response.additionalCount = keptCounts.2
        copy(kept, into: &response, timeToLive: timeToLive)
    }
}
