extension ResponseWriter {
    /// Appends a record's owner as a pointer, its type, class IN, TTL, and the RDATA's length.
    ///
    /// The caller writes exactly `dataOctetCount` octets next; both are checked together here, so
    /// that a record is written whole or not at all.
    ///
    /// - Parameters:
    ///   - owner: The offset in the reply of the owner's name, below 0x4000.
    ///   - type: The record's type.
    ///   - timeToLive: Seconds, 0…2³¹−1 (RFC 2181 §8).
    ///   - dataOctetCount: The octets of RDATA that follow.
    /// - Returns: False, with nothing written, if the record does not fit.
    @inlinable
    public mutating func beginRecord(
        owner: Int,
        type: UInt16,
        timeToLive: UInt32,
        dataOctetCount: Int
    ) -> Bool {
        guard dataOctetCount >= 0, dataOctetCount <= 0xFFFF, owner >= 0, owner < 0x4000,
            remaining >= 12 + dataOctetCount
        else { return false }
        unsafe storeHead(
            owner: owner,
            type: type,
            timeToLive: timeToLive,
            dataOctetCount: dataOctetCount
        )
        position &+= 12
        return true
    }

    /// Stores what is in front of a record's data, 12 octets, at `position`.
    ///
    /// Unsafe: the caller has checked that they fit, and the ranges of all values.
    @unsafe
    @inlinable
    @inline(__always)
    func storeHead(owner: Int, type: UInt16, timeToLive: UInt32, dataOctetCount: Int) {
        // Behind the head: the lower half of the TTL, and the length.
        let head = recordHead(owner: owner, type: type, timeToLive: timeToLive)
        let tail = timeToLive &<< 16 | UInt32(truncatingIfNeeded: dataOctetCount)
        unsafe base.storeBytes(of: head, toByteOffset: position, as: UInt64.self)
        unsafe base.storeBytes(of: tail.bigEndian, toByteOffset: position &+ 8, as: UInt32.self)
    }

    /// A record's owner, type, class IN and the upper half of its TTL, as they are stored.
    @inlinable
    @inline(__always)
    func recordHead(owner: Int, type: UInt16, timeToLive: UInt32) -> UInt64 {
        let word =
            UInt64(truncatingIfNeeded: 0xC000 | owner) &<< 48 | UInt64(type) &<< 32
            | 1 &<< 16 | UInt64(timeToLive &>> 16)
        return word.bigEndian
    }

    /// Stores a run of records with addresses that lie side by side.
    ///
    /// Unsafe: the caller has checked that they fit from `start` on, and that there are as many.
    @unsafe
    @inlinable
    @inline(__always)
    func storeRun(
        _ head: UInt64,
        _ tail: UInt32,
        _ addresses: UnsafeRawPointer,
        width: Int,
        count: Int,
        at start: Int
    ) {
        var target = unsafe base + start
        var address = unsafe addresses
        for _ in 0..<count {
            unsafe target.storeBytes(of: head, as: UInt64.self)
            unsafe target.storeBytes(of: tail, toByteOffset: 8, as: UInt32.self)
            if width == 4 {
                let word = unsafe address.loadUnaligned(as: UInt32.self)
                unsafe target.storeBytes(of: word, toByteOffset: 12, as: UInt32.self)
                unsafe (target, address) = unsafe (target + 16, address + 4)
            } else {
                let high = unsafe address.loadUnaligned(as: UInt64.self)
                let low = unsafe address.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                unsafe target.storeBytes(of: high, toByteOffset: 12, as: UInt64.self)
                unsafe target.storeBytes(of: low, toByteOffset: 20, as: UInt64.self)
                unsafe (target, address) = unsafe (target + 28, address + 16)
            }
        }
    }

    /// Appends a 16-bit word, most significant octet first.
    ///
    /// - Precondition: It fits; see ``beginRecord(owner:type:timeToLive:dataOctetCount:)``.
    @inlinable
    public mutating func write(_ word: UInt16) {
        precondition(remaining >= 2)
        unsafe base.storeBytes(of: word.bigEndian, toByteOffset: position, as: UInt16.self)
        position &+= 2
    }

    /// Appends a 32-bit word, most significant octet first.
    ///
    /// - Precondition: It fits; see ``beginRecord(owner:type:timeToLive:dataOctetCount:)``.
    @inlinable
    public mutating func write(_ word: UInt32) {
        precondition(remaining >= 4)
        unsafe base.storeBytes(of: word.bigEndian, toByteOffset: position, as: UInt32.self)
        position &+= 4
    }

    /// Appends octets.
    ///
    /// - Precondition: They fit; see ``beginRecord(owner:type:timeToLive:dataOctetCount:)``.
    @inlinable
    public mutating func write(_ octets: UnsafeRawBufferPointer) {
        precondition(remaining >= octets.count)
        guard let source = octets.baseAddress else { return }
        // SAFETY: octets.count octets fit behind position (checked above); the packet's buffer
        // and the source never overlap: sources are the view's blocks and worker-local scratch.
        unsafe (base + position).copyMemory(from: source, byteCount: octets.count)
        position &+= octets.count
    }

    /// Appends the addresses from `addresses`, one record each, starting at entry `first` and
    /// wrapping around, as many as fit.
    ///
    /// - Parameters:
    ///   - owner: The offset in the reply of the owner's name.
    ///   - addresses: Addresses in network order, back to back.
    ///   - width: The octets of an address: 4 for A, 16 for AAAA.
    ///   - timeToLive: Seconds, 0…2³¹−1 (RFC 2181 §8).
    ///   - first: The entry to start with, below the number of entries.
    ///   - section: The section that the records are in.
    /// - Returns: Whether all of them fit.
    @inlinable
    public mutating func writeAddresses(
        owner: Int,
        _ addresses: UnsafeRawBufferPointer,
        width: Int,
        timeToLive: UInt32,
        first: Int,
        section: Section
    ) -> Bool {
        let total = width == 4 ? addresses.count &>> 2 : addresses.count &>> 4
        guard let source = addresses.baseAddress, total > 0 else { return true }
        precondition((width == 4 || width == 16) && first >= 0 && first < total)
        guard owner >= 0, owner < 0x4000 else { return false }
        let octetsEach = 12 &+ width
        // As a rule all of them fit, and nothing has to be divided.
        let fitting =
            total &* octetsEach <= remaining ? total : max(0, remaining) / octetsEach
        // The records up to the end of the list, and those from its beginning on.
        let run = min(fitting, total &- first)
        let end = position &+ run &* octetsEach
        let head = recordHead(owner: owner, type: width == 4 ? 1 : 28, timeToLive: timeToLive)
        let tail = (timeToLive &<< 16 | UInt32(truncatingIfNeeded: width)).bigEndian
        // SAFETY: `fitting` records fit behind position; the runs are inside the list.
        unsafe storeRun(head, tail, source + first &* width, width: width, count: run, at: position)
        unsafe storeRun(head, tail, source, width: width, count: fitting &- run, at: end)
        position &+= fitting &* octetsEach
        count(section, fitting)
        return fitting == total
    }

    /// Writes the header, and the OPT record if the query had one.
    ///
    /// RD and CD are copied from the query (RFC 1035 §4.1.1, RFC 4035 §3.2.2); the reserved bit
    /// and unknown EDNS flags and options are not (RFC 6891 §6.1.4, RFC 8906 §8).
    ///
    /// - Returns: The octets of the finished reply.
    public mutating func finish(_ query: QueryView) -> Int {
        if query.hasEDNS { writeOPT(query) }
        var flags: UInt16 = 0x8000 | query.flags & 0x7910
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if recursionAvailable { flags |= 0x0080 }
        if isAuthenticated { flags |= 0x0020 }
        flags |= responseCode & 0xF
        let questions: UInt64 = query.questionEnd > QueryView.headerOctetCount ? 1 : 0
        let first =
            UInt64(query.id) &<< 48 | UInt64(flags) &<< 32 | questions &<< 16 | UInt64(answerCount)
        let additional = additionalCount &+ (query.hasEDNS ? 1 : 0)
        let second = UInt32(authorityCount) &<< 16 | UInt32(additional)
        // SAFETY: the buffer holds at least the header's octets.
        unsafe base.storeBytes(of: first.bigEndian, as: UInt64.self)
        unsafe base.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt32.self)
        return position
    }

    /// Appends the OPT record: its octets were kept free when the reply was started.
    private mutating func writeOPT(_ query: QueryView) {
        // SAFETY: `limit` was lowered by optOctetCount for a query with EDNS, and position never
        // passes it, so the octets are inside the buffer.
        let start = unsafe base + position
        // The root, OPT, the payload size, the code's upper bits, version 0 and the flags.
        let first =
            UInt64(41) &<< 40 | UInt64(payloadOctets) &<< 24
            | UInt64(truncatingIfNeeded: responseCode &>> 4 & 0xFF) &<< 16
            | (query.dnssecOK ? 0x80 : 0)
        unsafe start.storeBytes(of: first.bigEndian, as: UInt64.self)
        // The flags' lower half, and the octets of options.
        let options = UInt16(truncatingIfNeeded: optionOctets)
        unsafe start.storeBytes(of: 0, toByteOffset: 8, as: UInt8.self)
        unsafe start.storeBytes(of: options.bigEndian, toByteOffset: 9, as: UInt16.self)
        position &+= ResponseWriter.optOctetCount
        guard optionOctets > 0 else { return }
        unsafe moveOptions(to: start + ResponseWriter.optOctetCount)
        position += optionOctets
    }
}
