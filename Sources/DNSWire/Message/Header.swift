/// The header of a message, but for the counts, which follow from the sections.
///
/// - SeeAlso: RFC 1035 §4.1.1, RFC 4035 §3.1.6, §3.2.2.
public struct Header: Hashable, Sendable {
    /// The identifier that the requester chose and the reply repeats.
    public var id: UInt16
    /// QR: whether the message is a reply.
    public var isResponse: Bool
    /// What kind of request the message is.
    public var opcode: Opcode
    /// AA: whether the server is an authority for the name.
    public var isAuthoritative: Bool
    /// TC: whether something was left out for lack of room.
    public var isTruncated: Bool
    /// RD: whether the server shall ask others.
    public var isRecursionDesired: Bool
    /// RA: whether the server can ask others.
    public var isRecursionAvailable: Bool
    /// Z: the bit without a use; 0 in what we send (RFC 1035 §4.1.1).
    public var hasReservedBit: Bool
    /// AD: whether the data was validated (RFC 6840 §5.7).
    public var isAuthenticData: Bool
    /// CD: whether the server shall not validate (RFC 4035 §3.2.2).
    public var isCheckingDisabled: Bool
    /// How the request ended; what is beyond four bits travels in the message's OPT record.
    public var responseCode: ResponseCode

    /// Creates the header of a query.
    public init(id: UInt16, opcode: Opcode = .query, isRecursionDesired: Bool = false) {
        self.init(id: id, flags: 0)
        self.opcode = opcode
        self.isRecursionDesired = isRecursionDesired
    }

    /// Creates a header from its second word as it is on the wire.
    public init(id: UInt16, flags: UInt16) {
        self.id = id
        isResponse = flags & 0x8000 != 0
        opcode = Opcode(rawValue: UInt8(truncatingIfNeeded: flags >> 11 & 0x0F))
        isAuthoritative = flags & 0x0400 != 0
        isTruncated = flags & 0x0200 != 0
        isRecursionDesired = flags & 0x0100 != 0
        isRecursionAvailable = flags & 0x0080 != 0
        hasReservedBit = flags & 0x0040 != 0
        isAuthenticData = flags & 0x0020 != 0
        isCheckingDisabled = flags & 0x0010 != 0
        responseCode = ResponseCode(rawValue: flags & 0x000F)
    }

    /// The second word as it is on the wire, with the low four bits of the response code.
    public var flags: UInt16 {
        var flags = UInt16(opcode.rawValue) << 11 | UInt16(responseCode.low)
        if isResponse { flags |= 0x8000 }
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if isRecursionDesired { flags |= 0x0100 }
        if isRecursionAvailable { flags |= 0x0080 }
        if hasReservedBit { flags |= 0x0040 }
        if isAuthenticData { flags |= 0x0020 }
        if isCheckingDisabled { flags |= 0x0010 }
        return flags
    }
}
