/// What has to be known of a client's query to forward it, read in place.
struct RequestShape {
    /// Octets of a header (RFC 1035 §4.1.1).
    static var headerOctets: Int { 12 }
    /// Octets of an OPT record without options (RFC 6891 §6.1.2).
    static var emptyOPTOctets: Int { 11 }

    /// The identifier.
    private(set) var id: UInt16 = 0
    /// The flags word.
    private(set) var flags: UInt16 = 0
    /// Where the question ends.
    private(set) var questionEnd = 12
    /// Whether there is an OPT record.
    private(set) var hasEDNS = false
    /// The OPT record's flags, DO the first of them.
    private(set) var ednsFlags: UInt16 = 0
    /// Where the OPT record's options are.
    private(set) var options = 0..<0
    /// Whether there is nothing but a question and perhaps an OPT record: such a query may be
    /// sent with an OPT record of ours, and answer others.
    private(set) var isPlain = false

    /// Reads a query; nil if it is no query with one question, or longer than is forwarded.
    init?(_ octets: UnsafeRawBufferPointer) {
        guard octets.count >= 17, octets.count <= Limits.queryOctetsMax else { return nil }
        id = unsafe octets.word(0)
        flags = unsafe octets.word(2)
        guard flags & 0x8000 == 0, unsafe octets.word(4) == 1 else { return nil }
        guard let end = unsafe questionNameEnd(octets), end + 4 <= octets.count else { return nil }
        questionEnd = end + 4
        guard unsafe octets.word(6) == 0, unsafe octets.word(8) == 0 else { return }
        let additional = unsafe octets.word(10)
        if additional == 0 {
            isPlain = questionEnd == octets.count
            return
        }
        unsafe readOPT(octets, count: additional)
    }

    private mutating func readOPT(_ octets: UnsafeRawBufferPointer, count: UInt16) {
        let start = questionEnd
        let options = start + Self.emptyOPTOctets
        guard count == 1, options <= octets.count, unsafe octets[start] == 0,
            unsafe octets.word(start + 1) == 41,
            unsafe options + Int(octets.word(start + 9)) == octets.count
        else { return }
        hasEDNS = true
        ednsFlags = unsafe octets.word(start + 7)
        self.options = options..<octets.count
        // Another version, or options that can't be told apart, go as they are.
        isPlain = unsafe octets[start + 6] == 0 && Self.areOptions(octets, self.options)
    }

    private static func areOptions(_ octets: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard offset + 4 <= range.upperBound else { return false }
            offset += unsafe 4 + Int(octets.word(offset + 2))
        }
        return offset == range.upperBound
    }
}

extension RequestShape {
    /// Writes the query as it goes upstream, with identifier 0.
    ///
    /// A query with EDNS keeps its flags and options, but for those that are between two
    /// neighbours only: COOKIE (RFC 7873 §5.2), TCP keepalive (RFC 7828 §3), padding (RFC 7830).
    /// Its payload size is ours.
    ///
    /// - Parameters:
    ///   - octets: The query that was read.
    ///   - room: Where it goes: an empty OPT record longer than the query, at least.
    ///   - withEDNS: Whether a query without EDNS gets an OPT record.
    /// - Returns: Its octets.
    func write(
        _ octets: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer,
        withEDNS: Bool
    ) -> Int {
        precondition(room.count >= octets.count + Self.emptyOPTOctets)
        let hasOPT = hasEDNS || withEDNS
        let kept = isPlain ? questionEnd : octets.count
        unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: octets[..<kept]))
        unsafe room.set(word: 0, at: 0)
        guard isPlain else { return kept }
        unsafe room.set(word: hasOPT ? 1 : 0, at: 10)
        guard hasOPT else { return kept }
        unsafe room[kept] = 0
        unsafe room.set(word: 41, at: kept + 1)
        unsafe room.set(word: Limits.udpPayloadOctets, at: kept + 3)
        unsafe room.set(word: 0, at: kept + 5)
        unsafe room.set(word: hasEDNS ? ednsFlags : 0, at: kept + 7)
        unsafe room.set(word: 0, at: kept + 9)
        let end = kept + Self.emptyOPTOctets
        guard !options.isEmpty else { return end }
        return unsafe writeOptions(octets, to: room, at: end)
    }

    private func writeOptions(
        _ octets: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer,
        at start: Int
    ) -> Int {
        var end = start
        var offset = options.lowerBound
        while offset < options.upperBound {
            let next = unsafe offset + 4 + Int(octets.word(offset + 2))
            if unsafe !Self.isHopByHop(octets.word(offset)) {
                let option = unsafe UnsafeRawBufferPointer(rebasing: octets[offset..<next])
                let place = unsafe UnsafeMutableRawBufferPointer(rebasing: room[end...])
                unsafe place.copyMemory(from: option)
                end += next - offset
            }
            offset = next
        }
        unsafe room.set(word: UInt16(end - start), at: start - 2)
        return end
    }

    private static func isHopByHop(_ code: UInt16) -> Bool {
        (10...12).contains(code)
    }
}
