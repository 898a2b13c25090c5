/// What the OPT record of a message says, but for the response code, which is the header's.
///
/// - SeeAlso: RFC 6891 §6.1.
public struct EDNS: Hashable, Sendable {
    /// An option: a code and octets whose meaning depends on it.
    public struct Option: Hashable, Sendable {
        /// What the option is.
        public var code: OptionCode
        /// The option's octets.
        public var data: [UInt8]

        /// Creates an option.
        public init(code: OptionCode, data: [UInt8]) {
            self.code = code
            self.data = data
        }
    }

    /// The octets of a UDP message that the sender can take; below 512 counts as 512.
    public var udpPayloadSize: UInt16
    /// The version; 0 is the only one defined.
    public var version: UInt8
    /// DO: whether the sender wants signatures (RFC 3225).
    public var isDNSSECOK: Bool
    /// The 15 flags without a use; 0 in what we send.
    public var reservedFlags: UInt16
    /// The options, in their order.
    public var options: [Option]

    /// Creates the content of an OPT record.
    public init(
        udpPayloadSize: UInt16 = UInt16(WireLimits.udpOctetsDefault),
        version: UInt8 = 0,
        isDNSSECOK: Bool = false,
        reservedFlags: UInt16 = 0,
        options: [Option] = []
    ) {
        self.udpPayloadSize = udpPayloadSize
        self.version = version
        self.isDNSSECOK = isDNSSECOK
        self.reservedFlags = reservedFlags & 0x7FFF
        self.options = options
    }

    /// Returns the data of the first option with `code`.
    public func option(_ code: OptionCode) -> [UInt8]? {
        options.first { $0.code == code }?.data
    }
}

// The wire format (RFC 6891 §6.1.2, §6.1.3).
extension EDNS {
    /// Reads what follows the owner and the type; returns also the response code's high bits.
    static func read(_ reader: inout WireReader) throws(WireError) -> (EDNS, extended: UInt8) {
        var edns = EDNS(udpPayloadSize: try reader.readUInt16())
        let extended = try reader.readUInt8()
        edns.version = try reader.readUInt8()
        let flags = try reader.readUInt16()
        edns.isDNSSECOK = flags & 0x8000 != 0
        edns.reservedFlags = flags & 0x7FFF
        let count = try Int(reader.readUInt16())
        var field = try reader.readSlice(count: count)
        do throws(WireError) {
            while !field.isAtEnd {
                let code = try OptionCode(rawValue: field.readUInt16())
                let length = try Int(field.readUInt16())
                edns.options.append(Option(code: code, data: try field.readOctets(count: length)))
            }
        } catch {
            throw .badRecordData
        }
        return (edns, extended)
    }

    func write(into writer: inout WireWriter, extended: UInt8) throws(WireError) {
        try writer.write(UInt8(0))
        try writer.write(RecordType.opt.rawValue)
        try writer.write(udpPayloadSize)
        try writer.write(extended)
        try writer.write(version)
        try writer.write((isDNSSECOK ? 0x8000 : 0) | reservedFlags & 0x7FFF)
        try writer.writeLengthPrefixed { (writer: inout WireWriter) throws(WireError) in
            for option in options {
                try writer.write(option.code.rawValue)
                try writer.writeLengthPrefixed { (writer: inout WireWriter) throws(WireError) in
                    try writer.write(option.data)
                }
            }
        }
    }

    /// The octets that the OPT record takes.
    var octetCount: Int {
        WireLimits.recordOctetsMin + options.reduce(0) { $0 + 4 + $1.data.count }
    }
}
