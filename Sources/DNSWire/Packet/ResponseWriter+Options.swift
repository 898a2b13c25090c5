extension ResponseWriter {
    /// Adds an option to the OPT record of the reply (RFC 6891 §6.1.2).
    ///
    /// Options wait behind the octets that records may take, and are moved behind the OPT record's
    /// head when the reply is finished.
    ///
    /// - Returns: False, with nothing added, if the query has no OPT record or no room is left.
    public mutating func addOption(
        _ code: UInt16,
        _ data: UnsafeRawBufferPointer,
        answering query: QueryView
    ) -> Bool {
        let count = 4 + data.count
        guard query.hasEDNS, data.count <= 0xFFFF, remaining >= count else { return false }
        limit -= count
        optionOctets += count
        // SAFETY: the octets are inside the buffer, behind those that the OPT record's head takes
        // at
        // most: writing that does not touch them.
        let start = unsafe base + (limit + ResponseWriter.optOctetCount)
        unsafe start.storeBytes(of: code.bigEndian, toByteOffset: 0, as: UInt16.self)
        let length = UInt16(truncatingIfNeeded: data.count).bigEndian
        unsafe start.storeBytes(of: length, toByteOffset: 2, as: UInt16.self)
        if let source = data.baseAddress {
            unsafe (start + 4).copyMemory(from: source, byteCount: data.count)
        }
        return true
    }

    /// Moves the options behind the OPT record's head, which ends at `end`.
    mutating func moveOptions(to end: UnsafeMutableRawPointer) {
        // SAFETY: the options begin behind `limit` and the head's octets, and `end` is not behind
        // them, because position ≤ limit; the move allows for an overlap.
        let start = unsafe base + (limit + ResponseWriter.optOctetCount)
        unsafe end.copyMemory(from: start, byteCount: optionOctets)
    }
}
