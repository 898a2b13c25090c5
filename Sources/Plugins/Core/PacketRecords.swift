/// Walks over the records of a packet, in place.
///
/// Names are passed over and not followed. The packet may be malformed: the walk then ends early.
@safe
struct PacketRecords {
    private let packet: UnsafeRawBufferPointer
    /// Where the next record begins.
    private(set) var position: Int

    /// Starts at a record of a packet that outlives the walk.
    init(_ packet: UnsafeRawBufferPointer, from position: Int) {
        unsafe self.packet = unsafe packet
        self.position = position
    }

    /// The next record; nil behind the last one, or if it is malformed.
    mutating func next() -> PacketRecord? {
        guard let fields = endOfName(position), unsafe fields + 10 <= packet.count else {
            return nil
        }
        let end = fields + 10 + Int(word(at: fields + 8))
        guard unsafe end <= packet.count else { return nil }
        let record = PacketRecord(
            start: position,
            fields: fields,
            end: end,
            type: word(at: fields)
        )
        position = end
        return record
    }

    /// Passes over records; false if there are fewer.
    mutating func skip(_ count: Int) -> Bool {
        for _ in 0..<count {
            guard next() != nil else { return false }
        }
        return true
    }

    private func endOfName(_ start: Int) -> Int? {
        var offset = start
        while unsafe offset >= 0 && offset < packet.count {
            // SAFETY: the offset is inside the packet.
            let length = unsafe Int(packet[offset])
            switch length {
            case 0: return offset + 1
            case 1...63: offset += 1 + length
            case 0xC0...0xFF: return offset + 2
            default: return nil
            }
        }
        return nil
    }

    /// A word that the caller knows to be inside the packet.
    private func word(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: packet.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
}

/// Where a record of a packet is.
struct PacketRecord {
    /// Where its owner's name begins.
    var start: Int
    /// Where its type is, behind the owner's name.
    var fields: Int
    /// Where it ends.
    var end: Int
    /// Its type's code.
    var type: UInt16
}
