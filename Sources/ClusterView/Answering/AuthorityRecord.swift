internal import DNSWire

/// A zone's SOA record, ready to be copied into replies: each negative one carries it.
///
/// The octets are written in `init` only, and freed in `deinit`.
@safe
struct AuthorityRecord: ~Copyable {
    /// Owner, type, class, TTL and count; `ns.dns` and `hostmaster` in front of pointers to the
    /// zone's name; five numbers.
    private static var octetCount: Int { 12 + 7 + 2 + 11 + 2 + 20 }
    /// Where the pointers to the zone's name stand.
    private static var pointers: (Int, Int, Int) { (0, 12 + 7, 12 + 7 + 2 + 11) }
    /// Where the serial number stands.
    private static var serialStart: Int { 12 + 7 + 2 + 11 + 2 }
    /// Refresh, retry and expire, in seconds (CoreDNS backend_lookup.go).
    private static var timers: [UInt32] { [7200, 1800, 86400] }

    private let octets: UnsafeRawBufferPointer

    /// Makes the record of a zone whose answers may be kept for `timeToLive` seconds.
    init(timeToLive: UInt32) {
        var octets: [UInt8] = [0, 0, 0, UInt8(TypeCode.soa), 0, 1]
        let pointer: [UInt8] = [0, 0]
        octets += AuthorityRecord.word(min(timeToLive, 300))
        octets += [0, UInt8(AuthorityRecord.octetCount - 12)]
        octets += [2] + Array("ns".utf8) + [3] + Array("dns".utf8) + pointer
        octets += [10] + Array("hostmaster".utf8) + pointer
        octets += AuthorityRecord.word(0)
        for number in AuthorityRecord.timers + [timeToLive] {
            octets += AuthorityRecord.word(number)
        }
        precondition(octets.count == AuthorityRecord.octetCount)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: octets.count, alignment: 64)
        unsafe memory.copyBytes(from: octets)
        unsafe self.octets = UnsafeRawBufferPointer(memory)
    }

    deinit {
        unsafe octets.deallocate()
    }

    private static func word(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// Appends the record of the zone whose name stands at `apex` of the reply.
    ///
    /// - Returns: False, with nothing written, if it does not fit.
    func write(
        apex: Int,
        _ serial: UInt32,
        to section: ResponseWriter.Section,
        into writer: inout ResponseWriter
    ) -> Bool {
        guard writer.remaining >= AuthorityRecord.octetCount, (0..<0x4000).contains(apex) else {
            return false
        }
        let start = unsafe writer.base + writer.position
        let pointer = UInt16(truncatingIfNeeded: 0xC000 | apex).bigEndian
        unsafe writer.write(octets)
        let (owner, server, mailbox) = AuthorityRecord.pointers
        // SAFETY: the record's octets were just written from `start` on.
        unsafe start.storeBytes(of: pointer, toByteOffset: owner, as: UInt16.self)
        unsafe start.storeBytes(of: pointer, toByteOffset: server, as: UInt16.self)
        unsafe start.storeBytes(of: pointer, toByteOffset: mailbox, as: UInt16.self)
        unsafe start.storeBytes(
            of: serial.bigEndian,
            toByteOffset: AuthorityRecord.serialStart,
            as: UInt32.self
        )
        writer.count(section)
        return true
    }
}
