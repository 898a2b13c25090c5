/// The set of record types at a name, as NSEC and NSEC3 carry it.
///
/// - SeeAlso: RFC 4034 §4.1.2.
public struct TypeBitmap: Hashable, Sendable {
    /// The types, in the order of their codes, each once.
    public let types: [RecordType]

    /// Creates the set of some types, in any order.
    public init(_ types: some Sequence<RecordType>) { self.types = Set(types).sorted() }

    /// Whether the set holds `type`.
    public func contains(_ type: RecordType) -> Bool { types.contains(type) }

    /// Reads windows up to the end of the record data.
    init(reading reader: inout WireReader) throws(WireError) {
        var types: [RecordType] = []
        var previousWindow = -1
        while !reader.isAtEnd {
            let window = try Int(reader.readUInt8())
            let count = try Int(reader.readUInt8())
            // Windows stand in order, and an empty one is left out.
            guard window > previousWindow, (1...32).contains(count) else { throw .badRecordData }
            previousWindow = window
            for (index, octet) in try reader.readOctets(count: count).enumerated() {
                for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 {
                    let code = window << 8 | index << 3 | bit
                    types.append(RecordType(rawValue: UInt16(truncatingIfNeeded: code)))
                }
            }
        }
        self.types = types
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        var index = 0
        while index < types.count {
            let window = types[index].rawValue >> 8
            var bits: [UInt8] = []
            while index < types.count, types[index].rawValue >> 8 == window {
                let low = Int(types[index].rawValue & 0xFF)
                while bits.count <= low >> 3 { bits.append(0) }
                bits[low >> 3] |= 0x80 >> UInt8(low & 7)
                index += 1
            }
            try writer.write(UInt8(truncatingIfNeeded: window))
            try writer.write(UInt8(truncatingIfNeeded: bits.count))
            try writer.write(bits)
        }
    }

    /// The types in presentation form, each with a space before it.
    var suffixText: String { types.map { " \($0)" }.joined() }
}
