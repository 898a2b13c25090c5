internal import DNSWire

/// Finds the closest zone of a query's name in one pass over the name, however many zones there
/// are.
///
/// The names are found by a hash with a secret of its own: whoever chooses them, as a primary does
/// whose catalog is followed, can't choose them so that they meet.
struct ZoneTable: ~Copyable, Sendable {
    private let zones: ZoneList
    /// Open addressing: the index of a zone plus one, or 0; at most half of them are used.
    private let slots: PlainArray<UInt32>
    private let seed: UInt64
    private let labelCountMax: Int

    /// Keeps zones that are sorted so that those with more labels come first.
    init(_ names: [Name]) {
        zones = ZoneList(names)
        seed = UInt64.random(in: 1 ... .max)
        labelCountMax = names.first?.labelCount ?? 0
        var count = 2
        while count < names.count * 2 { count *= 2 }
        var slots = [UInt32](repeating: 0, count: count)
        for (index, name) in names.enumerated() {
            var hash = seed
            for octet in name.lowercased.octets.reversed() { ZoneTable.add(octet, to: &hash) }
            var slot = ZoneTable.slot(hash, count)
            while slots[slot] != 0 { slot = (slot + 1) & (count - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: index + 1)
        }
        self.slots = PlainArray(slots)
    }

    /// The index of the zone with the most labels that a query's name is in.
    func closest(_ transaction: borrowing Transaction) -> Int? {
        let labelCount = transaction.query.labelCount
        var closest: Int?
        var hash = seed
        var end = transaction.query.nameOctetCount
        for count in 0...min(labelCount, labelCountMax) {
            // SAFETY: the scratch holds the query's name, and where its labels and the root start.
            let start = unsafe Int(transaction.scratch.labels[labelCount - count])
            while end > start {
                end -= 1
                ZoneTable.add(unsafe transaction.scratch.name[end], to: &hash)
            }
            var slot = ZoneTable.slot(hash, slots.count)
            while slots[slot] != 0 {
                let index = Int(slots[slot]) - 1
                if zones.holds(index, transaction) { closest = min(closest ?? index, index) }
                slot = (slot + 1) & (slots.count - 1)
            }
        }
        return closest
    }

    private static func add(_ octet: UInt8, to hash: inout UInt64) {
        hash = (hash ^ UInt64(octet)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash &>> 32
    }

    private static func slot(_ hash: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: hash) & (count - 1)
    }
}
