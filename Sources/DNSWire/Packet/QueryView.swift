/// What to do with a received packet once its header, question and EDNS record have been read.
public enum QueryVerdict: UInt8, Sendable {
    /// A well-formed question: answer it.
    case answer
    /// Too short to be answered, or itself a response: no reply (RFC 1035 §4.1.1).
    case drop
    /// Malformed: FORMERR.
    case formatError
    /// An operation that isn't supported: NOTIMP.
    case notImplemented
    /// Well-formed news that a zone has changed (RFC 1996).
    case notify
    /// An EDNS version above 0: BADVERS (RFC 6891 §6.1.3).
    case badVersion
}

/// A query read in place: fixed fields by value, names by offset into the packet.
///
/// All stored properties are trivial, so that a query is passed around without a copy that counts.
@frozen
public struct QueryView: Sendable {
    /// The octets of a message's header (RFC 1035 §4.1.1).
    public static var headerOctetCount: Int { 12 }
    /// The most octets a name has (RFC 1035 §2.3.4).
    public static var nameOctetCountMax: Int { 255 }

    /// The identifier, to be echoed.
    public var id: UInt16 = 0
    /// The flags word as received.
    public var flags: UInt16 = 0
    /// The question's type.
    public var type: UInt16 = 0
    /// The question's class.
    public var recordClass: UInt16 = 0
    /// Octets of the question's name, the root's zero octet included; 0 before it is read.
    public var nameOctetCount: Int = 0
    /// Labels of the question's name, the root left out; 0…127.
    public var labelCount: Int = 0
    /// Where the question ends in the packet; the header's end if there is no readable question.
    public var questionEnd: Int = 12
    /// Whether the query has an OPT record.
    public var hasEDNS: Bool = false
    /// Whether the query asks for DNSSEC records (the DO bit).
    public var dnssecOK: Bool = false
    /// Whether the query asks for the name server's identifier (RFC 5001).
    public var wantsIdentifier: Bool = false
    /// The version of EDNS asked for.
    public var ednsVersion: UInt8 = 0
    /// The UDP payload size that the requester accepts, in octets.
    public var udpPayloadOctets: UInt16 = 512

    /// The operation code, 0…15.
    @inlinable
    public var opcode: UInt16 { flags >> 11 & 0xF }

    /// Whether recursion is desired.
    @inlinable
    public var recursionDesired: Bool { flags & 0x0100 != 0 }

    /// Whether the requester validates for itself (the CD bit, which the reply repeats).
    @inlinable
    public var checkingDisabled: Bool { flags & 0x0010 != 0 }

    /// Creates an empty view.
    @inlinable
    public init() {}

    /// Reads a packet in place.
    ///
    /// Nothing is allocated, nothing outside the packet is read. The order of the checks decides
    /// which error a doubly broken packet gets: an unknown operation is NOTIMP whatever follows
    /// (RFC 8906 §8.1.4 sends a bare header).
    ///
    /// - Parameters:
    ///   - packet: The packet, as received.
    ///   - scratch: Where the name's lower-case form and label offsets go.
    /// - Returns: What to do with it.
    public mutating func read(
        _ packet: UnsafeRawBufferPointer,
        scratch: QueryScratch
    ) -> QueryVerdict {
        guard packet.count >= QueryView.headerOctetCount else { return .drop }
        id = unsafe packet.word(at: 0)
        flags = unsafe packet.word(at: 2)
        guard flags & 0x8000 == 0 else { return .drop }
        guard opcode == 0 || opcode == 4 else { return .notImplemented }
        guard unsafe packet.word(at: 4) == 1 else { return .formatError }
        guard unsafe readName(packet, scratch: scratch) else { return .formatError }
        let nameEnd = QueryView.headerOctetCount &+ nameOctetCount
        guard nameEnd &+ 4 <= packet.count else { return .formatError }
        type = unsafe packet.word(at: nameEnd)
        recordClass = unsafe packet.word(at: nameEnd &+ 2)
        questionEnd = nameEnd &+ 4
        guard unsafe readUsualRecords(packet) || readRecords(packet) else { return .formatError }
        guard ednsVersion == 0 else { return .badVersion }
        return opcode == 0 ? .answer : .notify
    }

    /// Reads the question's name: uncompressed, at most 255 octets.
    ///
    /// A compression pointer in the first name of a message can only point forward or at itself,
    /// hence is malformed.
    private mutating func readName(
        _ packet: UnsafeRawBufferPointer,
        scratch: QueryScratch
    ) -> Bool {
        guard let base = packet.baseAddress else { return false }
        let available = min(packet.count - QueryView.headerOctetCount, QueryView.nameOctetCountMax)
        scratch.forgetFinding()
        let name = unsafe base + QueryView.headerOctetCount
        let starts = unsafe scratch.labels
        var offset = 0
        var labels = 0
        while true {
            guard offset < available else { return false }
            // SAFETY: the name's octets up to `available` are in the packet. offset < 255, and each
            // pass advances by at least 2 octets, so labels ≤ 127 < labelCapacity.
            let length = unsafe Int(name.load(fromByteOffset: offset, as: UInt8.self))
            unsafe starts[labels] = UInt8(truncatingIfNeeded: offset)
            // One comparison for both: 0 becomes the greatest number.
            guard UInt(bitPattern: length &- 1) < 63 else {
                if length == 0 { break }
                return false
            }
            offset &+= 1 &+ length
            labels &+= 1
        }
        // Counts of octets are below "A": lower case leaves them as they are.
        // SAFETY: offset + 1 ≤ available octets of the packet, and ≤ 255 < nameCapacity.
        unsafe copyLowercased(name, count: offset &+ 1, to: UnsafeMutableRawPointer(scratch.name))
        nameOctetCount = offset + 1
        labelCount = labels
        return true
    }
}
