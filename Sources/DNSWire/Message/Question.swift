/// What is asked.
///
/// - SeeAlso: RFC 1035 §4.1.2.
public struct Question: Hashable, Sendable {
    /// The name asked for.
    public var name: Name
    /// The type asked for.
    public var type: RecordType
    /// The class asked for.
    public var recordClass: RecordClass

    /// Creates a question.
    public init(name: Name, type: RecordType, recordClass: RecordClass = .in) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }

    init(reading reader: inout WireReader) throws(WireError) {
        name = try reader.readName()
        type = try RecordType(rawValue: reader.readUInt16())
        recordClass = try RecordClass(rawValue: reader.readUInt16())
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.writeCompressed(name)
        try writer.write(type.rawValue)
        try writer.write(recordClass.rawValue)
    }
}

extension Question: CustomStringConvertible {
    /// Name, class and type, as `dig` prints a question.
    public var description: String { "\(name)\t\(recordClass)\t\(type)" }
}
