/// A record: what is said about a name.
///
/// - SeeAlso: RFC 1035 §4.1.3.
public struct ResourceRecord: Hashable, Sendable {
    /// The owner: the name that the record is about.
    public var name: Name
    /// The class.
    public var recordClass: RecordClass
    /// How long the record may be kept, in seconds.
    public var timeToLive: UInt32
    /// What the record says.
    public var data: RecordData

    /// Creates a record.
    public init(
        name: Name,
        timeToLive: UInt32,
        recordClass: RecordClass = .in,
        data: RecordData
    ) {
        self.name = name
        self.recordClass = recordClass
        self.timeToLive = timeToLive
        self.data = data
    }

    /// The type, which follows from the data.
    public var type: RecordType { data.type }

    /// Whether both records belong to one set: the same owner, class and type (RFC 2181 §5).
    ///
    /// A signature belongs to the set that it covers, as one is of no use without the other.
    public func isSameSet(as other: ResourceRecord) -> Bool {
        recordClass == other.recordClass && setType == other.setType && name == other.name
    }

    private var setType: RecordType {
        if case .rrsig(let signature) = data { return signature.typeCovered }
        return type
    }
}

// The wire format (RFC 1035 §4.1.3).
extension ResourceRecord {
    /// Reads what follows the owner and the type.
    init(
        name: Name,
        type: RecordType,
        reading reader: inout WireReader
    ) throws(WireError) {
        self.name = name
        recordClass = try RecordClass(rawValue: reader.readUInt16())
        let timeToLive = try reader.readUInt32()
        // A TTL with the top bit set counts as 0 (RFC 2181 §8).
        self.timeToLive = timeToLive > WireLimits.timeToLiveMax ? 0 : timeToLive
        let count = try Int(reader.readUInt16())
        let field = try reader.readSlice(count: count)
        data = try RecordData(reading: field, type: type, recordClass: recordClass)
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.writeCompressed(name)
        try writer.write(type.rawValue)
        try writer.write(recordClass.rawValue)
        try writer.write(timeToLive)
        try writer.writeLengthPrefixed { (writer: inout WireWriter) throws(WireError) in
            try data.write(into: &writer)
        }
    }
}

extension ResourceRecord: CustomStringConvertible {
    /// The record as a line of a zone file: name, TTL, class, type and data, between tabs.
    public var description: String { "\(name)\t\(timeToLive)\t\(recordClass)\t\(type)\t\(data)" }
}

// A record by itself, outside a message.
extension ResourceRecord {
    /// Reads one record that fills `octets` exactly.
    ///
    /// - Throws: `WireError` if the octets are not one whole record, or it is an OPT record.
    public init(decoding octets: [UInt8]) throws(WireError) {
        var reader = WireReader(octets: octets)
        let name = try reader.readName(isCompressible: false)
        let type = try RecordType(rawValue: reader.readUInt16())
        guard type != .opt else { throw .misplacedOption }
        try self.init(name: name, type: type, reading: &reader)
        guard reader.isAtEnd else { throw .trailingOctets }
    }

    /// The record's wire octets, names uncompressed.
    ///
    /// - Returns: The octets.
    /// - Throws: `WireError` if a field does not fit its place on the wire.
    public func uncompressedOctets() throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        writer.isCompressing = false
        try write(into: &writer)
        return writer.octets
    }
}
