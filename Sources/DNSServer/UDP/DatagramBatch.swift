internal import CLinuxNet
internal import DNSWire
internal import Glibc
internal import Plugins

/// The buffers of one worker: a batch of received datagrams, and a batch of replies.
///
/// Everything is laid out once; a batch resets only what the last system call changed. All memory
/// is owned by this value and freed in `deinit`. Slot numbers are below `Limits.batchCount`
/// everywhere, and each slot's pointers lead to memory of that slot alone.
@safe
struct DatagramBatch: ~Copyable {
    private let received: UnsafeMutablePointer<cln_message>
    private let sent: UnsafeMutablePointer<cln_message>
    private let vectors: UnsafeMutablePointer<cln_vector>
    private let addresses: UnsafeMutableRawPointer
    private let control: UnsafeMutableRawPointer
    private let requests: UnsafeMutableRawPointer
    private let replies: UnsafeMutableRawPointer
    private let usesControl: Bool
    private var sentCount = 0

    /// Allocates and lays out the buffers.
    ///
    /// - Parameter usesControl: Whether datagrams carry the address they were sent to.
    init(usesControl: Bool) {
        let count = Limits.batchCount
        self.usesControl = usesControl
        unsafe received = .allocate(capacity: count)
        unsafe sent = .allocate(capacity: count)
        unsafe vectors = .allocate(capacity: 2 * count)
        unsafe addresses = .allocate(byteCount: count * Self.addressOctets, alignment: 16)
        unsafe control = .allocate(byteCount: count * Self.controlOctets, alignment: 16)
        unsafe requests = .allocate(byteCount: count * Limits.datagramOctetsMax, alignment: 64)
        unsafe replies = .allocate(byteCount: count * Limits.datagramOctetsMax, alignment: 64)
        unsafe received.initialize(repeating: cln_message(), count: count)
        unsafe sent.initialize(repeating: cln_message(), count: count)
        unsafe addresses.initializeMemory(
            as: UInt8.self,
            repeating: 0,
            count: count * Self.addressOctets
        )
        for slot in 0..<count {
            unsafe (vectors + slot).initialize(
                to: cln_vector(
                    base: requests + slot * Limits.datagramOctetsMax,
                    octets: Limits.datagramOctetsMax
                )
            )
            unsafe (vectors + count + slot).initialize(
                to: cln_vector(base: replies + slot * Limits.datagramOctetsMax, octets: 0)
            )
            unsafe received[slot].name = addresses + slot * Self.addressOctets
            unsafe received[slot].vectors = vectors + slot
            unsafe received[slot].vector_count = 1
        }
    }

    deinit {
        unsafe received.deallocate()
        unsafe sent.deallocate()
        unsafe vectors.deallocate()
        unsafe addresses.deallocate()
        unsafe control.deallocate()
        unsafe requests.deallocate()
        unsafe replies.deallocate()
    }

    private static var controlOctets: Int { Int(CLN_CONTROL_OCTETS) }
    private static var addressOctets: Int { Int(CLN_ADDRESS_OCTETS) }

    /// Receives what is queued, up to a batch; waits for the first datagram if `waits`.
    ///
    /// - Returns: The number of datagrams; negative with `errno` set on failure.
    mutating func receive(_ descriptor: Int32, waits: Bool) -> Int {
        for slot in 0..<Limits.batchCount {
            unsafe received[slot].name_octets = UInt32(Self.addressOctets)
            guard usesControl else { continue }
            unsafe received[slot].control = control + slot * Self.controlOctets
            unsafe received[slot].control_octets = Self.controlOctets
        }
        sentCount = 0
        return unsafe Int(
            cln_receive(descriptor, received, UInt32(Limits.batchCount), waits ? 1 : 0)
        )
    }

    /// What came in at a slot of the last batch.
    func exchange(_ slot: Int) -> Exchange {
        precondition(slot >= 0 && slot < Limits.batchCount)
        // Of a datagram that was cut only the header is of use: enough to answer FORMERR.
        let isCut = unsafe received[slot].flags & Int32(MSG_TRUNC) != 0
        let kept = isCut ? QueryView.headerOctetCount : Limits.datagramOctetsMax
        let count = unsafe min(Int(received[slot].octets), kept)
        let (address, port) = unsafe clientAddress(
            UnsafeRawPointer(addresses + slot * Self.addressOctets)
        )
        return unsafe Exchange(
            request: UnsafeRawBufferPointer(
                start: requests + slot * Limits.datagramOctetsMax,
                count: count
            ),
            buffer: UnsafeMutableRawBufferPointer(
                start: replies + slot * Limits.datagramOctetsMax,
                count: Limits.datagramOctetsMax
            ),
            client: ClientAddress(address: address, port: port),
            transport: .udp
        )
    }

    /// Queues the reply of a slot, which holds `count` octets.
    mutating func reply(_ slot: Int, count: Int) {
        precondition(slot >= 0 && slot < Limits.batchCount && sentCount < Limits.batchCount)
        let vector = unsafe vectors + Limits.batchCount + slot
        unsafe vector.pointee.octets = count
        let octets = unsafe usesControl ? cln_reply_control(received + slot) : 0
        unsafe sent[sentCount].name = addresses + slot * Self.addressOctets
        unsafe sent[sentCount].name_octets = received[slot].name_octets
        unsafe sent[sentCount].vectors = vector
        unsafe sent[sentCount].vector_count = 1
        unsafe sent[sentCount].control =
            octets > 0 ? received[slot].control : nil
        unsafe sent[sentCount].control_octets = octets
        sentCount += 1
    }

    /// Sends the queued replies; one that the kernel refuses is skipped.
    func send(_ descriptor: Int32) {
        var first = 0
        while first < sentCount {
            let count = unsafe cln_send(descriptor, sent + first, UInt32(sentCount - first))
            if count < 0, errno == EINTR { continue }
            // An error belongs to the first packet only (sendmmsg(2)).
            first += count > 0 ? Int(count) : 1
        }
    }
}
