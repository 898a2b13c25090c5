/// A position in a message that is being read.
///
/// Every read checks the bounds first, so hostile octets end in a `WireError`, never in a trap.
/// The whole message stays visible, as compressed names point back into it.
struct WireReader {
    /// The whole message.
    let octets: [UInt8]
    /// The offset of the next octet.
    private(set) var index: Int
    /// The offset after the last octet that may be read directly.
    let end: Int

    init(octets: [UInt8]) {
        self.octets = octets
        index = 0
        end = octets.count
    }

    private init(octets: [UInt8], range: Range<Int>) {
        self.octets = octets
        index = range.lowerBound
        end = range.upperBound
    }

    /// The number of octets not yet read.
    var remaining: Int { end - index }

    /// Whether every octet has been read.
    var isAtEnd: Bool { index == end }

    /// Takes the next `count` octets as a reader of their own.
    mutating func readSlice(count: Int) throws(WireError) -> WireReader {
        guard count <= remaining else { throw .truncated }
        let slice = WireReader(octets: octets, range: index..<(index + count))
        index += count
        return slice
    }

    mutating func readUInt8() throws(WireError) -> UInt8 {
        guard remaining >= 1 else { throw .truncated }
        index += 1
        return octets[index - 1]
    }

    mutating func readUInt16() throws(WireError) -> UInt16 {
        guard remaining >= 2 else { throw .truncated }
        index += 2
        return UInt16(octets[index - 2]) << 8 | UInt16(octets[index - 1])
    }

    mutating func readUInt32() throws(WireError) -> UInt32 {
        let high = try readUInt16()
        return try UInt32(high) << 16 | UInt32(readUInt16())
    }

    mutating func readOctets(count: Int) throws(WireError) -> [UInt8] {
        guard count <= remaining else { throw .truncated }
        index += count
        return Array(octets[(index - count)..<index])
    }

    /// Takes all octets that are left.
    mutating func readRest() -> [UInt8] {
        defer { index = end }
        return Array(octets[index..<end])
    }

    /// Reads a string with its length before it (RFC 1035 §3.3).
    mutating func readCharacterString() throws(WireError) -> [UInt8] {
        let count = try Int(readUInt8())
        return try readOctets(count: count)
    }
}

// Names.
extension WireReader {
    /// Reads a name; a compressed one only if `isCompressible` (RFC 1035 §4.1.4, RFC 3597 §4).
    mutating func readName(isCompressible: Bool = true) throws(WireError) -> Name {
        var wire: [UInt8] = []
        var cursor = index
        var limit = end
        // Where the present run of labels starts: a pointer must lead before it, which
        // excludes loops and pointers forward.
        var runStart = index
        var pointerCount = 0
        while true {
            guard cursor < limit else { throw .truncated }
            let length = octets[cursor]
            switch length & 0xC0 {
            case 0x00:
                let next = cursor + 1 + Int(length)
                guard next <= limit else { throw .truncated }
                guard wire.count + next - cursor <= WireLimits.nameOctetsMax else {
                    throw .nameTooLong
                }
                wire.append(contentsOf: octets[cursor..<next])
                cursor = next
                if length == 0 {
                    if pointerCount == 0 { index = cursor }
                    return Name(trusted: wire)
                }
            case 0xC0:
                guard isCompressible else { throw .unexpectedPointer }
                guard cursor + 1 < limit else { throw .truncated }
                let target = Int(length & 0x3F) << 8 | Int(octets[cursor + 1])
                guard target < runStart, target >= WireLimits.headerOctets else {
                    throw .badPointer
                }
                if pointerCount == 0 { index = cursor + 2 }
                pointerCount += 1
                guard pointerCount <= WireLimits.pointerCountMax else { throw .badPointer }
                cursor = target
                runStart = target
                limit = octets.count
            default:
                throw .badLabelType
            }
        }
    }
}
