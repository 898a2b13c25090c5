internal import CLinuxNet
internal import Glibc

/// Replies that are sent together, those of one socket with one system call.
///
/// Memory for a batch is laid out once; a reply is copied there, behind its address.
@safe
struct DatagramSender: ~Copyable {
    // SAFETY, for all uses: messages and vectors are as many as a batch has, and `count` stays
    // below that; what they point at lies in `memory`, below `used`.
    private let messages: UnsafeMutablePointer<cln_message>
    private let vectors: UnsafeMutablePointer<cln_vector>
    private let memory: UnsafeMutableRawPointer
    private var count = 0
    private var used = 0
    /// The sockets that replies leave by, each with the number of the first reply behind its own.
    private var runs: [(socket: DatagramSocket, end: Int)] = []
    /// The socket of the last run.
    private var lastSocket: ObjectIdentifier?

    /// Octets for a batch: more than the longest reply takes, and enough for a batch of usual ones.
    private static var capacity: Int { 4 * Limits.streamOctetsMax }

    init() {
        unsafe messages = .allocate(capacity: Limits.batchCount)
        unsafe vectors = .allocate(capacity: Limits.batchCount)
        unsafe memory = .allocate(byteCount: Self.capacity, alignment: 64)
        unsafe messages.initialize(repeating: cln_message(), count: Limits.batchCount)
        unsafe vectors.initialize(repeating: cln_vector(), count: Limits.batchCount)
        for index in 0..<Limits.batchCount {
            unsafe messages[index].vectors = vectors + index
            unsafe messages[index].vector_count = 1
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe memory.deallocate()
    }

    /// Keeps a reply to be sent with the next ``flush()``; sends at once when there are many.
    mutating func send(
        _ octets: UnsafeRawBufferPointer,
        to query: PendingQuery,
        by socket: DatagramSocket
    ) {
        let control = unsafe query.control.count
        let name = unsafe query.address.count
        let total = control + name + octets.count
        precondition(total <= Self.capacity)
        if count == Limits.batchCount || used + total > Self.capacity { flush() }
        // Control data first: the kernel wants it aligned.
        let start = unsafe memory + used
        unsafe copy(query.control, to: start)
        unsafe copy(query.address, to: start + control)
        let body = unsafe start + control + name
        if let base = octets.baseAddress {
            unsafe body.copyMemory(from: base, byteCount: octets.count)
        }
        unsafe vectors[count] = cln_vector(base: body, octets: octets.count)
        unsafe messages[count].name = start + control
        unsafe messages[count].name_octets = UInt32(name)
        unsafe messages[count].control = control > 0 ? start : nil
        unsafe messages[count].control_octets = control
        count += 1
        used = (used + total + 15) & ~15
        if !runs.isEmpty, lastSocket == ObjectIdentifier(socket) {
            runs[runs.count - 1].end = count
        } else {
            lastSocket = ObjectIdentifier(socket)
            runs.append((socket, count))
        }
    }

    private func copy(_ octets: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        guard let base = octets.baseAddress else { return }
        unsafe target.copyMemory(from: base, byteCount: octets.count)
    }

    /// Sends what was kept; a reply that the kernel refuses is skipped.
    mutating func flush() {
        guard count > 0 else { return }
        var first = 0
        for (socket, end) in runs {
            while first < end {
                let sent = unsafe cln_send(
                    socket.descriptor,
                    messages + first,
                    UInt32(end - first)
                )
                if sent < 0, errno == EINTR { continue }
                // An error belongs to the first packet only (sendmmsg(2)).
                first += sent > 0 ? Int(sent) : 1
            }
        }
        runs.removeAll(keepingCapacity: true)
        count = 0
        used = 0
    }
}
