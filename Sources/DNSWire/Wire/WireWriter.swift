/// A message that is being written.
struct WireWriter {
    /// What has been written.
    private(set) var octets: [UInt8] = []
    /// The number of octets that the message may have.
    var limit: Int
    /// Whether names may end in a pointer at all.
    var isCompressing = true
    /// Where names start that later ones may point to, by the hash of their folded octets.
    ///
    /// Each hit is compared with the octets, so a collision costs a pointer, never correctness.
    private var offsets: [UInt64: Int] = [:]

    init(limit: Int = WireLimits.messageOctetsMax) { self.limit = limit }

    var count: Int { octets.count }

    mutating func write(_ value: UInt8) throws(WireError) {
        guard octets.count < limit else { throw .noRoom }
        octets.append(value)
    }

    mutating func write(_ value: UInt16) throws(WireError) {
        guard octets.count + 2 <= limit else { throw .noRoom }
        octets.append(UInt8(truncatingIfNeeded: value >> 8))
        octets.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func write(_ value: UInt32) throws(WireError) {
        try write(UInt16(truncatingIfNeeded: value >> 16))
        try write(UInt16(truncatingIfNeeded: value))
    }

    mutating func write(_ values: some Collection<UInt8>) throws(WireError) {
        guard octets.count + values.count <= limit else { throw .noRoom }
        octets.append(contentsOf: values)
    }

    /// Writes a string with its length before it (RFC 1035 §3.3).
    mutating func writeCharacterString(_ string: [UInt8]) throws(WireError) {
        guard let length = UInt8(exactly: string.count) else { throw .tooLarge }
        try write(length)
        try write(string)
    }

    /// Writes a 16-bit length, then what `body` writes.
    mutating func writeLengthPrefixed(
        _ body: (inout WireWriter) throws(WireError) -> Void
    ) throws(WireError) {
        let start = octets.count
        try write(UInt16(0))
        try body(&self)
        guard let length = UInt16(exactly: octets.count - start - 2) else { throw .tooLarge }
        overwrite(length, at: start)
    }

    /// Replaces two octets that are already written.
    mutating func overwrite(_ value: UInt16, at offset: Int) {
        octets[offset] = UInt8(truncatingIfNeeded: value >> 8)
        octets[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    /// Takes back everything from `offset` on, and the names that later ones could point to there.
    mutating func rewind(to offset: Int) {
        octets.removeSubrange(offset...)
        offsets = offsets.filter { $0.value < offset }
    }
}

// Names.
extension WireWriter {
    /// Writes a name in full, and remembers nothing of it.
    mutating func writeUncompressed(_ name: Name) throws(WireError) { try write(name.octets) }

    /// Writes a name, its tail as a pointer to an earlier one if possible (RFC 1035 §4.1.4).
    mutating func writeCompressed(_ name: Name) throws(WireError) {
        guard isCompressing else { return try writeUncompressed(name) }
        let starts = WireWriter.labelStarts(of: name)
        let hashes = WireWriter.suffixHashes(of: name, starts: starts)
        var match: (label: Int, offset: Int)?
        for label in starts.indices {
            guard let offset = offsets[hashes[label]] else { continue }
            if holdsName(name.octets[starts[label]...], at: offset) {
                match = (label, offset)
                break
            }
        }
        let literalEnd = match.map { starts[$0.label] } ?? name.octets.count
        let base = octets.count
        try write(name.octets[..<literalEnd])
        if let match { try write(UInt16(0xC000) | UInt16(truncatingIfNeeded: match.offset)) }
        for (label, start) in starts.enumerated() where start < literalEnd {
            let offset = base + start
            guard offset <= WireLimits.pointerOffsetMax else { break }
            if offsets[hashes[label]] == nil { offsets[hashes[label]] = offset }
        }
    }

    /// Whether the name that starts at `offset` of what is written equals `suffix`.
    private func holdsName(_ suffix: ArraySlice<UInt8>, at offset: Int) -> Bool {
        var cursor = offset
        var index = suffix.startIndex
        while true {
            // Only this writer's own names are walked: pointers lead backwards to whole names.
            while octets[cursor] >= 0xC0 {
                cursor = Int(octets[cursor] & 0x3F) << 8 | Int(octets[cursor + 1])
            }
            let length = Int(suffix[index])
            guard Int(octets[cursor]) == length else { return false }
            guard length > 0 else { return true }
            for step in 1...length {
                let mine = ASCIICase.lower(octets[cursor + step])
                guard mine == ASCIICase.lower(suffix[index + step]) else { return false }
            }
            cursor += 1 + length
            index += 1 + length
        }
    }

    /// The offsets of the labels' length octets, the root's left out.
    private static func labelStarts(of name: Name) -> [Int] {
        var starts: [Int] = []
        var index = 0
        while name.octets[index] != 0 {
            starts.append(index)
            index += 1 + Int(name.octets[index])
        }
        return starts
    }

    /// The hash of the folded octets from each label to the end (FNV-1a, from the right).
    private static func suffixHashes(of name: Name, starts: [Int]) -> [UInt64] {
        var hashes = Array(repeating: UInt64(0), count: starts.count)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var end = name.octets.count
        for label in starts.indices.reversed() {
            for octet in name.octets[starts[label]..<end] {
                hash = (hash ^ UInt64(ASCIICase.lower(octet))) &* 0x0000_0100_0000_01B3
            }
            hashes[label] = hash
            end = starts[label]
        }
        return hashes
    }
}
