internal import CLinuxNet

/// Datagrams of one socket, put together by length: those of the same length are handed to the
/// kernel as one piece, which it cuts into datagrams (`UDP_SEGMENT`, udp(7)) after routing,
/// filtering and counting once.
///
/// A datagram is known by its slot, a number below `Limits.batchCount`.
@safe
struct DatagramGroups: ~Copyable {
    // SAFETY, for all uses: there is memory for a batch of each, and for control data of each
    // message; `slotCount` and `count` stay within a batch.
    /// The pieces, as the kernel wants them described.
    let messages: UnsafeMutablePointer<cln_message>
    private let parts: UnsafeMutablePointer<cln_vector>
    private let control: UnsafeMutableRawPointer
    /// The slots in order of length; each with its length above.
    private let keys: UnsafeMutablePointer<UInt32>
    /// Where in the order each message begins.
    private let starts: UnsafeMutablePointer<Int>
    private var slotCount = 0
    /// How many messages there are.
    private(set) var count = 0

    private static var controlOctets: Int { Int(CLN_CONTROL_OCTETS) }

    init() {
        let most = Limits.batchCount
        unsafe messages = .allocate(capacity: most)
        unsafe parts = .allocate(capacity: most)
        unsafe control = .allocate(byteCount: most * Self.controlOctets, alignment: 16)
        unsafe keys = .allocate(capacity: most)
        unsafe starts = .allocate(capacity: most)
        unsafe messages.initialize(repeating: cln_message(), count: most)
        unsafe parts.initialize(repeating: cln_vector(), count: most)
        unsafe keys.initialize(repeating: 0, count: most)
        unsafe starts.initialize(repeating: 0, count: most)
        // Control data has gaps, which nobody writes.
        unsafe control.initializeMemory(
            as: UInt8.self,
            repeating: 0,
            count: most * Self.controlOctets
        )
    }

    deinit {
        unsafe messages.deallocate()
        unsafe parts.deallocate()
        unsafe control.deallocate()
        unsafe keys.deallocate()
        unsafe starts.deallocate()
    }

    /// Puts the datagrams of a range of slots together; `vectors` tells of each where it is.
    mutating func arrange(_ range: Range<Int>, _ vectors: UnsafeMutablePointer<cln_vector>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= Limits.batchCount)
        slotCount = 0
        for slot in range { insert(UInt32(slot), unsafe UInt32(vectors[slot].octets)) }
        count = 0
        var start = 0
        while start < slotCount {
            let octets = unsafe Int(keys[start] >> 8)
            let most = octets > Limits.groupedOctetsMax ? 1 : Limits.groupOctetsMax / max(octets, 1)
            var end = start
            while end < slotCount, end - start < most, unsafe Int(keys[end] >> 8) == octets {
                unsafe parts[end] = vectors[slot(end)]
                end += 1
            }
            describe(start..<end, octets)
            start = end
        }
    }

    /// Inserts a slot where its length belongs; lengths of one batch are few, and often in order.
    private mutating func insert(_ slot: UInt32, _ octets: UInt32) {
        let key = octets << 8 | slot
        var position = slotCount
        while position > 0, unsafe keys[position - 1] > key {
            unsafe keys[position] = keys[position - 1]
            position -= 1
        }
        unsafe keys[position] = key
        slotCount += 1
    }

    private mutating func describe(_ range: Range<Int>, _ octets: Int) {
        let memory = unsafe control + count * Self.controlOctets
        let isGroup = range.count > 1
        unsafe messages[count].vectors = parts + range.lowerBound
        unsafe messages[count].vector_count = range.count
        unsafe messages[count].control = isGroup ? memory : nil
        unsafe messages[count].control_octets =
            isGroup ? cln_write_piece_octets(memory, UInt16(octets)) : 0
        unsafe starts[count] = range.lowerBound
        count += 1
    }

    private func slot(_ position: Int) -> Int {
        unsafe Int(keys[position] & 0xFF)
    }

    /// The slots of a message and of those behind it.
    func slots(from message: Int) -> [Int] {
        guard message < count else { return [] }
        return unsafe (starts[message]..<slotCount).map { slot($0) }
    }
}
