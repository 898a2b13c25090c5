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
    /// Appends the query as it goes upstream, with identifier 0.
    ///
    /// A query with EDNS keeps its flags and options, but for those that are between two
    /// neighbours only: COOKIE (RFC 7873 §5.2), TCP keepalive (RFC 7828 §3), padding (RFC 7830).
    /// Its payload size is ours.
    func write(_ octets: UnsafeRawBufferPointer, to wire: inout [UInt8], withEDNS: Bool) {
        wire.removeAll(keepingCapacity: true)
        guard isPlain else {
            unsafe wire.append(contentsOf: octets)
            wire[0] = 0
            wire[1] = 0
            return
        }
        unsafe wire.append(contentsOf: UnsafeRawBufferPointer(rebasing: octets[..<questionEnd]))
        wire[0] = 0
        wire[1] = 0
        wire[11] = hasEDNS || withEDNS ? 1 : 0
        guard hasEDNS || withEDNS else { return }
        wire.append(contentsOf: Self.emptyOPT)
        guard hasEDNS else { return }
        wire[wire.count - 4] = UInt8(truncatingIfNeeded: ednsFlags >> 8)
        wire[wire.count - 3] = UInt8(truncatingIfNeeded: ednsFlags)
        guard !options.isEmpty else { return }
        unsafe appendOptions(octets, to: &wire)
    }

    /// An OPT record that says how much we take.
    private static let emptyOPT: [UInt8] = [
        0, 0, 41, UInt8(Limits.udpPayloadOctets >> 8), UInt8(Limits.udpPayloadOctets & 0xFF),
        0, 0, 0, 0, 0, 0,
    ]

    private func appendOptions(_ octets: UnsafeRawBufferPointer, to wire: inout [UInt8]) {
        let lengthOffset = wire.count - 2
        var offset = options.lowerBound
        while offset < options.upperBound {
            let next = unsafe offset + 4 + Int(octets.word(offset + 2))
            if unsafe !Self.isHopByHop(octets.word(offset)) {
                unsafe wire.append(
                    contentsOf: UnsafeRawBufferPointer(rebasing: octets[offset..<next])
                )
            }
            offset = next
        }
        let length = wire.count - lengthOffset - 2
        wire[lengthOffset] = UInt8(truncatingIfNeeded: length >> 8)
        wire[lengthOffset + 1] = UInt8(truncatingIfNeeded: length)
    }

    private static func isHopByHop(_ code: UInt16) -> Bool {
        (10...12).contains(code)
    }
}
