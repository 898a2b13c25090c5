internal import Addresses
internal import CLinuxNet
internal import DNSWire
internal import Glibc
internal import Plugins

/// The buffers of one worker: a batch of received datagrams, and a batch of replies.
///
/// Everything is laid out once; a batch resets only what the last system call changed. All memory
/// is owned by this value and freed in `deinit`. Slot numbers are below `Limits.batchCount`
/// everywhere, and each slot's pointers lead to memory of that slot alone.
///
/// Replies lie one behind the other, so that a batch of them takes few cache lines and pages. Slots
/// of requests are an odd number of cache lines apart: at a power of two their first lines would
/// compete for the same places of a cache.
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
    /// Datagrams of the last batch.
    private var receivedCount = Limits.batchCount
    /// Where the next reply starts.
    private var replyStart = 0

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
        unsafe requests = .allocate(byteCount: count * Self.requestStride, alignment: 64)
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
                    base: requests + slot * Self.requestStride,
                    octets: Limits.datagramOctetsMax
                )
            )
            unsafe (vectors + count + slot).initialize(to: cln_vector(base: replies, octets: 0))
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
    /// Octets of an address of UDP, `sockaddr_in6`, rounded up.
    private static var addressOctets: Int { 32 }
    private static var requestStride: Int { Limits.datagramOctetsMax + 64 }

    /// Receives what is queued, up to a batch; waits for the first datagram if `waits`.
    ///
    /// - Returns: The number of datagrams; negative with `errno` set on failure.
    mutating func receive(_ descriptor: Int32, waits: Bool) -> Int {
        for slot in 0..<receivedCount {
            unsafe received[slot].name_octets = UInt32(Self.addressOctets)
            guard usesControl else { continue }
            unsafe received[slot].control = control + slot * Self.controlOctets
            unsafe received[slot].control_octets = Self.controlOctets
        }
        sentCount = 0
        replyStart = 0
        let count = unsafe Int(
            cln_receive(descriptor, received, UInt32(Limits.batchCount), waits ? 1 : 0)
        )
        // A call that fails may have changed any slot.
        receivedCount = count > 0 ? count : Limits.batchCount
        return count
    }

    /// The datagram at a slot of the last batch.
    func request(_ slot: Int) -> UnsafeRawBufferPointer {
        precondition(slot >= 0 && slot < Limits.batchCount)
        // Of a datagram that was cut only the header is of use: enough to answer FORMERR.
        let isCut = unsafe received[slot].flags & Int32(MSG_TRUNC) != 0
        let kept = isCut ? QueryView.headerOctetCount : Limits.datagramOctetsMax
        return unsafe UnsafeRawBufferPointer(
            start: requests + slot * Self.requestStride,
            count: min(Int(received[slot].octets), kept)
        )
    }

    /// Memory for the next reply, until ``reply(_:count:)`` takes it.
    func buffer() -> UnsafeMutableRawBufferPointer {
        // SAFETY: each of at most `batchCount` replies has taken `datagramOctetsMax` at most, so
        // that there is room for one more until the last is taken.
        precondition(sentCount < Limits.batchCount)
        return unsafe UnsafeMutableRawBufferPointer(
            start: replies + replyStart,
            count: Limits.datagramOctetsMax
        )
    }

    /// Who sent the datagram at a slot.
    func client(_ slot: Int) -> ClientAddress {
        precondition(slot >= 0 && slot < Limits.batchCount)
        let (address, port) = unsafe clientAddress(
            UnsafeRawPointer(addresses + slot * Self.addressOctets)
        )
        return ClientAddress(address: address, port: port)
    }

    /// Whom the datagram at a slot was sent to; `bound` is the socket's own address.
    func local(_ slot: Int, _ bound: LocalAddress) -> LocalAddress {
        precondition(slot >= 0 && slot < Limits.batchCount)
        guard usesControl else { return bound }
        var octets: (UInt64, UInt64) = (0, 0)
        let count = unsafe withUnsafeMutableBytes(of: &octets) {
            // SAFETY: the shim writes at most 16 octets.
            unsafe cln_local_address(
                received + slot,
                $0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
            )
        }
        let high = UInt64(bigEndian: octets.0)
        switch count {
        case 4:
            let address = UInt32(truncatingIfNeeded: high &>> 32)
            return LocalAddress(address: IPAddress(ipv4: address), port: bound.port)
        case 16:
            let address = IPAddress(ipv6High: high, low: UInt64(bigEndian: octets.1))
            return LocalAddress(address: address, port: bound.port)
        default: return bound
        }
    }

    /// Has the reply to the datagram at a slot, which comes later, sent where it came from.
    func reply(_ slot: Int, by socket: DatagramSocket, for query: PendingQuery) {
        precondition(slot >= 0 && slot < Limits.batchCount)
        let name = unsafe UnsafeRawBufferPointer(
            start: addresses + slot * Self.addressOctets,
            count: min(Int(received[slot].name_octets), Self.addressOctets)
        )
        let octets = unsafe usesControl ? cln_reply_control(received + slot) : 0
        let kept = unsafe UnsafeRawBufferPointer(
            start: control + slot * Self.controlOctets,
            count: min(octets, Self.controlOctets)
        )
        unsafe query.reply(by: socket, to: name, control: kept)
    }

    /// Queues the reply to the datagram at a slot: the first `count` octets of the buffer.
    mutating func reply(_ slot: Int, count: Int) {
        precondition(slot >= 0 && slot < Limits.batchCount && sentCount < Limits.batchCount)
        precondition(count >= 0 && count <= Limits.datagramOctetsMax)
        let vector = unsafe vectors + Limits.batchCount + slot
        unsafe vector.pointee = cln_vector(base: replies + replyStart, octets: count)
        replyStart += (count + 63) & ~63
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
    ///
    /// - Parameters:
    ///   - descriptor: The socket.
    ///   - waits: Whether to wait while the kernel can't take more.
    /// - Returns: Replies that were dropped because it could not.
    func send(_ descriptor: Int32, waits: Bool) -> Int {
        var first = 0
        while first < sentCount {
            let rest = UInt32(sentCount - first)
            let count =
                unsafe waits
                ? cln_send(descriptor, sent + first, rest)
                : cln_offer(descriptor, sent + first, rest)
            if count < 0, errno == EINTR { continue }
            if count < 0, !waits, errno == EAGAIN { return sentCount - first }
            // An error belongs to the first packet only (sendmmsg(2)).
            first += count > 0 ? Int(count) : 1
        }
        return 0
    }
}
