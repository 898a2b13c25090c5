internal import DNSWire

/// A name that is being answered: its octets in lower case, its labels, and where it stands in the
/// reply, so that records can point to it.
///
/// It borrows a worker's scratch memory and is not kept longer than one query.
@safe
struct AskedName {
    /// The memory that holds the name.
    private let scratch: QueryScratch
    /// Octets of the name, the root included.
    let octetCount: Int
    /// Labels, the root left out.
    let labelCount: Int
    /// Where the name stands uncompressed in the reply.
    let position: Int

    /// The name that a query asks for.
    init(_ query: QueryView, _ scratch: QueryScratch) {
        self.scratch = scratch
        octetCount = query.nameOctetCount
        labelCount = query.labelCount
        position = QueryView.headerOctetCount
    }

    /// A name in wire form that was written to the reply at `position`.
    ///
    /// The name is lower case, ends with the root and has at most 255 octets: `wireName` makes it.
    init(_ name: UnsafeRawBufferPointer, at position: Int, _ scratch: QueryScratch) {
        precondition((1...QueryView.nameOctetCountMax).contains(name.count))
        self.scratch = scratch
        scratch.forgetFinding()
        let (octets, labels) = unsafe (scratch.name, scratch.labels)
        var offset = 0
        var count = 0
        // SAFETY: offset < name.count ≤ 255 and count ≤ 127 stay inside the scratch buffers.
        for index in 0..<name.count { unsafe octets[index] = name[index] }
        while offset < name.count, unsafe octets[offset] != 0 {
            unsafe labels[count] = UInt8(truncatingIfNeeded: offset)
            offset += Int(unsafe octets[offset]) + 1
            count += 1
        }
        unsafe labels[count] = UInt8(truncatingIfNeeded: min(offset, name.count - 1))
        octetCount = name.count
        labelCount = count
        self.position = position
    }

    /// The name in lower case, wire form.
    var octets: UnsafeMutablePointer<UInt8> {
        @inline(__always) get { unsafe scratch.name }
    }

    /// What a look ahead found for the name.
    var finding: QueryScratch.Finding {
        @inline(__always) get { scratch.finding }
    }

    /// The offset in the name of label `index`, 0 the leftmost; `labelCount` is the root.
    @inline(__always)
    func offset(_ index: Int) -> Int {
        unsafe Int(scratch.labels[index])
    }

    /// The address of label `index`, at its length octet.
    @inline(__always)
    func label(_ index: Int) -> UnsafeRawPointer {
        unsafe UnsafeRawPointer(octets + offset(index))
    }

    /// The word that begins the label `svc`, in the processor's order: `\3svc`.
    @inline(__always)
    static var service: UInt32 { UInt32(littleEndian: 0x6376_7303) }

    /// Whether label `index` is `svc`.
    @inline(__always)
    func isService(_ index: Int) -> Bool {
        // SAFETY: there are more than four octets behind the longest name.
        unsafe UnsafeRawPointer(octets + offset(index)).loadUnaligned(as: UInt32.self)
            == AskedName.service
    }

    /// Whether label `index` reads `text`, which is lower case.
    @inline(__always)
    func isLabel(_ index: Int, _ text: StaticString) -> Bool {
        let start = offset(index)
        guard unsafe Int(octets[start]) == text.utf8CodeUnitCount else { return false }
        let octetsOfText = unsafe UnsafeRawBufferPointer(
            start: text.utf8Start,
            count: text.utf8CodeUnitCount
        )
        return unsafe sameOctets(
            octetsOfText,
            UnsafeRawPointer(octets + start + 1),
            count: text.utf8CodeUnitCount
        )
    }

    /// Whether the name is `zone` or below it.
    @inline(__always)
    func isWithin(_ zone: ClusterZone) -> Bool {
        guard labelCount >= zone.labelCount else { return false }
        let start = offset(labelCount - zone.labelCount)
        let count = octetCount - start
        return unsafe sameOctets(zone.name, UnsafeRawPointer(octets + start), count: count)
    }

    /// Whether the names are the same.
    func isSame(as other: AskedName) -> Bool {
        guard octetCount == other.octetCount else { return false }
        // SAFETY: both buffers hold `octetCount` octets.
        return unsafe sameOctets(
            UnsafeRawBufferPointer(start: octets, count: octetCount),
            UnsafeRawPointer(other.octets),
            count: octetCount
        )
    }

    /// Whether the name stands at `place` of the reply, uncompressed and in lower case.
    func stands(at place: Int, in writer: ResponseWriter) -> Bool {
        guard place >= 0, place + octetCount <= writer.position else { return false }
        // SAFETY: the reply has `octetCount` octets from `place` on.
        return unsafe sameOctets(
            UnsafeRawBufferPointer(start: octets, count: octetCount),
            UnsafeRawPointer(writer.base + place),
            count: octetCount
        )
    }

    /// Where the last `count` labels and the root stand in the reply.
    @inline(__always)
    func positionOfLast(_ count: Int) -> Int {
        position + offset(labelCount - count)
    }
}
