internal import DNSWire

extension ResponseWriter {
    /// Shuffles the addresses of each record set, in place.
    ///
    /// Records of a set follow each other and have owners of the same octets and data of the same
    /// size, so that times to live and data can change places. Nothing points into them.
    ///
    /// - Parameters:
    ///   - start: Where the first record begins.
    ///   - random: Draws the order.
    /// - Returns: Whether the answers have an order that can't be made in place: an alias behind
    ///   another record, or several mail exchangers.
    mutating func shuffleAddresses(from start: Int, using random: inout SmallRandom) -> Bool {
        // SAFETY: the reply's first `position` octets are written.
        let packet = unsafe UnsafeRawBufferPointer(start: base, count: position)
        var records = unsafe PacketRecords(packet, from: start)
        let needsMore = unsafe shuffle(answerCount, of: &records, packet, using: &random)
        _ = unsafe shuffle(authorityCount, of: &records, packet, using: &random)
        _ = unsafe shuffle(additionalCount, of: &records, packet, using: &random)
        return needsMore
    }

    /// Shuffles the records of a section; returns whether they have an order that can't be made in
    /// place.
    private func shuffle(
        _ count: UInt16,
        of records: inout PacketRecords,
        _ packet: UnsafeRawBufferPointer,
        using random: inout SmallRandom
    ) -> Bool {
        var run = AddressRun()
        var exchangerCount = 0
        var hasOther = false
        var needsMore = false
        for _ in 0..<count {
            guard let record = records.next() else { return false }
            if unsafe run.add(record, packet) { continue }
            shuffle(run, using: &random)
            run = AddressRun(record)
            if record.type == RecordType.mx.rawValue { exchangerCount += 1 }
            if record.type != RecordType.cname.rawValue {
                hasOther = true
            } else if hasOther {
                needsMore = true
            }
        }
        shuffle(run, using: &random)
        return needsMore || exchangerCount > 1
    }

    /// Gives the records of a run a random order (Fisher and Yates).
    private func shuffle(_ run: AddressRun, using random: inout SmallRandom) {
        guard run.count > 1 else { return }
        for index in stride(from: run.count - 1, to: 0, by: -1) {
            let other = random.below(index + 1)
            guard other != index else { continue }
            // SAFETY: the run lies in the written part of the reply, and holds both records.
            let left = unsafe base + (run.firstTimeToLive + index * run.stride)
            let right = unsafe base + (run.firstTimeToLive + other * run.stride)
            for offset in stride(from: 0, to: run.octetCount, by: 2) {
                let word = unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                let swapped = unsafe right.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                unsafe left.storeBytes(of: swapped, toByteOffset: offset, as: UInt16.self)
                unsafe right.storeBytes(of: word, toByteOffset: offset, as: UInt16.self)
            }
        }
    }
}

/// Address records of one set that follow each other.
private struct AddressRun {
    /// How many there are.
    var count = 0
    private var first = PacketRecord(start: 0, fields: 0, end: 0, type: 0)

    /// Octets from one record to the next.
    var stride: Int { first.end - first.start }
    /// Where the time to live of the first is, behind its type and class.
    var firstTimeToLive: Int { first.fields + 4 }
    /// Octets of the time to live, the data's count and the data: 10 or 22.
    var octetCount: Int { first.end - firstTimeToLive }

    init() {}

    /// Starts with a record; one of another type is no run.
    init(_ record: PacketRecord) {
        let size = record.end - record.fields
        // Type, class, time to live and count are 10 octets.
        guard
            record.type == RecordType.a.rawValue && size == 14
                || record.type == RecordType.aaaa.rawValue && size == 26
        else { return }
        first = record
        count = 1
    }

    /// Adds the record that follows; false if it belongs to another set.
    mutating func add(_ record: PacketRecord, _ packet: UnsafeRawBufferPointer) -> Bool {
        guard count > 0, record.type == first.type, record.end - record.start == stride,
            record.fields - record.start == first.fields - first.start
        else { return false }
        // Owners and classes are the same octets: type and class are the first four fields.
        for offset in 0..<(first.fields + 4 - first.start)
        where unsafe packet[record.start + offset] != packet[first.start + offset] {
            return false
        }
        count += 1
        return true
    }
}
