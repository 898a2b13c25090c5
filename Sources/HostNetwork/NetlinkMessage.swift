/// A request to the kernel: a header, a structure and attributes, in the machine's own order.
///
/// - SeeAlso: netlink(7), rtnetlink(7).
struct NetlinkMessage {
    /// The flags of a request.
    struct Flags: OptionSet {
        let rawValue: UInt16
        static let request = Flags(rawValue: 0x1)
        static let acknowledge = Flags(rawValue: 0x4)
        static let replace = Flags(rawValue: 0x100)
        static let exclusive = Flags(rawValue: 0x200)
        static let dump = Flags(rawValue: 0x300)
        static let create = Flags(rawValue: 0x400)
    }

    /// The octets of a header (`struct nlmsghdr`).
    static let headerOctets = 16

    private(set) var octets: [UInt8] = []

    /// Begins a message.
    init(_ type: UInt16, _ flags: Flags) {
        append(UInt32(0))
        append(type)
        append(flags.union(.request).rawValue)
        append(UInt32(0))
        append(UInt32(0))
    }

    /// Appends a number in the machine's order.
    mutating func append(_ number: some FixedWidthInteger) {
        // SAFETY: the octets of a number are copied while it stands.
        unsafe withUnsafeBytes(of: number) { unsafe octets.append(contentsOf: $0) }
    }

    /// Appends an attribute; the next one begins at a multiple of four octets.
    mutating func attribute(_ type: UInt16, _ payload: [UInt8]) {
        append(UInt16(4 + payload.count))
        append(type)
        octets += payload
        pad()
    }

    /// Appends an attribute that is a number.
    mutating func attribute(_ type: UInt16, number: UInt32) {
        append(UInt16(8))
        append(type)
        append(number)
    }

    /// Appends an attribute that is text, with the zero that the kernel expects.
    mutating func attribute(_ type: UInt16, text: String) {
        attribute(type, Array(text.utf8) + [0])
    }

    /// Appends an attribute that holds others.
    mutating func attribute(_ type: UInt16, _ body: (inout NetlinkMessage) -> Void) {
        let start = octets.count
        append(UInt16(0))
        append(type)
        body(&self)
        put(UInt16(octets.count - start), at: start)
    }

    /// Writes length and number into the header.
    mutating func finish(number: UInt32) {
        put(UInt32(octets.count), at: 0)
        put(number, at: 8)
    }

    private mutating func pad() {
        while octets.count % 4 != 0 { octets.append(0) }
    }

    private mutating func put(_ number: some FixedWidthInteger, at position: Int) {
        // SAFETY: the octets of a number are copied while it stands; the place was appended before.
        unsafe withUnsafeBytes(of: number) { bytes in
            for index in bytes.indices { unsafe octets[position + index] = bytes[index] }
        }
    }
}

/// What the kernel said: octets whose every part is checked before it is read.
struct NetlinkPart {
    /// The octets.
    let octets: ArraySlice<UInt8>

    /// A number of one, two or four octets at an offset; 0 past the end.
    func number(at offset: Int, octets count: Int = 4) -> UInt32 {
        let start = octets.startIndex + offset
        guard offset >= 0, start + count <= octets.endIndex else { return 0 }
        var number: UInt32 = 0
        for index in 0..<count {
            let place = NetlinkPart.isLittleEndian ? index : count - 1 - index
            number |= UInt32(octets[start + index]) << UInt32(8 * place)
        }
        return number
    }

    private static let isLittleEndian = UInt16(littleEndian: 1) == 1

    /// The text of an attribute, up to its zero.
    var text: String { String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self) }

    /// What follows after some octets.
    func dropFirst(_ count: Int) -> NetlinkPart { NetlinkPart(octets: octets.dropFirst(count)) }

    /// The attributes that the octets are; the last one of a type counts.
    var attributes: [UInt16: NetlinkPart] {
        var found: [UInt16: NetlinkPart] = [:]
        var rest = octets
        while rest.count >= 4 {
            let head = NetlinkPart(octets: rest)
            let length = Int(head.number(at: 0, octets: 2))
            guard length >= 4, length <= rest.count else { break }
            // The two upper bits say how the payload is written, not what it is.
            let type = UInt16(head.number(at: 2, octets: 2)) & 0x3FFF
            found[type] = NetlinkPart(octets: rest.prefix(length).dropFirst(4))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return found
    }
}
