// Names in a reply.
extension ReplyScan {
    /// Checks a name, and notes where its labels start.
    ///
    /// - Parameters:
    ///   - start: Where it starts.
    ///   - limit: What it must end at or before.
    /// - Returns: Where it ends.
    /// - Throws: `malformed`.
    mutating func passName(at start: Int, limit: Int) throws(StoreRefusal) -> Int {
        var offset = start
        var length = 0
        while true {
            guard offset < limit else { throw .malformed }
            let octet = Int(octets[offset])
            switch octet {
            case 0:
                note(offset)
                guard length + 1 <= 255 else { throw .malformed }
                return offset + 1
            case 1...63:
                note(offset)
                length += 1 + octet
                offset += 1 + octet
                guard length < 255 else { throw .malformed }
            case 0xC0...0xFF:
                guard offset + 2 <= limit else { throw .malformed }
                let goal = Int(octets.word(offset) & 0x3FFF)
                // Names before this one were checked to their end, so there is no way back here.
                guard goal < start, isNoted(goal), let rest = nameOctetCount(at: goal),
                    length + rest <= 255
                else { throw .malformed }
                note(offset)
                if !omitted.isEmpty { latePointers.append(offset) }
                return offset + 2
            default: throw .malformed
            }
        }
    }

    private mutating func note(_ offset: Int) {
        if offset < 0x4000 { labelStarts[offset >> 6] |= 1 << UInt64(offset & 63) }
    }

    /// Makes a label's start no target of pointers any more.
    mutating func forget(_ offset: Int) {
        if offset < 0x4000 { labelStarts[offset >> 6] &= ~(1 << UInt64(offset & 63)) }
    }

    private func isNoted(_ offset: Int) -> Bool {
        offset < 0x4000 && labelStarts[offset >> 6] >> UInt64(offset & 63) & 1 != 0
    }

    /// Where a run of pointers leads; nil if it is longer than any sensible one.
    private func followed(_ start: Int) -> Int? {
        var offset = start
        var steps = 0
        while octets[offset] >= 0xC0 {
            steps += 1
            guard steps <= CacheLimits.pointersMax else { return nil }
            offset = Int(octets.word(offset) & 0x3FFF)
        }
        return offset
    }

    /// Octets of a checked name when written in full.
    private func nameOctetCount(at start: Int) -> Int? {
        var offset = start
        var count = 0
        while true {
            guard let label = followed(offset) else { return nil }
            let length = Int(octets[label])
            count += 1 + length
            if length == 0 { return count }
            offset = label + 1 + length
        }
    }

    /// Whether two checked names are the same, without case (RFC 4343 §3).
    func isSameName(_ left: Int, _ right: Int) -> Bool {
        var left = left
        var right = right
        while true {
            guard let one = followed(left), let other = followed(right) else { return false }
            if one == other { return true }
            let length = Int(octets[one])
            guard length == Int(octets[other]) else { return false }
            if length == 0 { return true }
            for index in 1...length
            where octets.lowercased(one + index) != octets.lowercased(other + index) {
                return false
            }
            left = one + 1 + length
            right = other + 1 + length
        }
    }
}
