internal import CLinuxNet
internal import Glibc

/// A batch of datagrams and the kernel's descriptions of them, laid out once.
///
/// Each slot's pointers lead to memory of that slot alone; slot numbers are below
/// `Limits.batchCount` everywhere.
@safe
private struct SlotMemory: ~Copyable {
    let messages: UnsafeMutablePointer<cln_message>
    let vectors: UnsafeMutablePointer<cln_vector>
    let octets: UnsafeMutableRawPointer
    let capacity: Int

    /// A slot's size and a little more, so that equal offsets don't fall on the same cache lines.
    private var stride: Int { capacity + 64 }

    init(capacity: Int) {
        let count = Limits.batchCount
        self.capacity = capacity
        unsafe messages = .allocate(capacity: count)
        unsafe vectors = .allocate(capacity: count)
        unsafe octets = .allocate(byteCount: count * (capacity + 64), alignment: 64)
        unsafe messages.initialize(repeating: cln_message(), count: count)
        unsafe vectors.initialize(repeating: cln_vector(), count: count)
        for slot in 0..<count {
            unsafe vectors[slot].base = octets + slot * stride
            unsafe vectors[slot].octets = capacity
            unsafe messages[slot].vectors = vectors + slot
            unsafe messages[slot].vector_count = 1
        }
    }

    /// The memory of a slot.
    func memory(_ slot: Int, count: Int) -> UnsafeMutableRawBufferPointer {
        precondition(slot >= 0 && slot < Limits.batchCount && count <= capacity)
        return unsafe UnsafeMutableRawBufferPointer(start: octets + slot * stride, count: count)
    }

    deinit {
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe octets.deallocate()
    }
}

/// Buffers for datagrams that arrive, used by one socket at a time.
final class DatagramReceiver {
    private let slots = SlotMemory(capacity: Limits.datagramOctetsMax)

    /// Receives what is queued, up to a batch; negative with `errno` set on failure.
    func receive(_ descriptor: Int32) -> Int {
        // SAFETY: there are as many descriptions as are asked for, each with memory of its own.
        unsafe Int(cln_receive(descriptor, slots.messages, UInt32(Limits.batchCount), 0))
    }

    /// What arrived at a slot.
    func datagram(_ slot: Int) -> UnsafeMutableRawBufferPointer {
        let count = unsafe Int(slots.messages[slot].octets)
        return unsafe slots.memory(slot, count: min(count, Limits.datagramOctetsMax))
    }

    /// Whether the datagram at a slot was longer than what is kept of it.
    func isCut(_ slot: Int) -> Bool {
        unsafe slots.messages[slot].flags & Int32(MSG_TRUNC) != 0
    }
}

/// Gathers the datagrams of a turn, and sends those of a socket with one system call.
final class DatagramSender {
    private let slots = SlotMemory(capacity: Limits.queryOctetsMax)
    @safe @exclusivity(unchecked) private var groups = DatagramGroups()
    @safe @exclusivity(unchecked) private var used = 0
    @safe @exclusivity(unchecked) private var queries: [Attempt] = []
    /// The sockets that queries leave on, each with the number of the first query behind its own.
    @safe @exclusivity(unchecked) private var runs: [(socket: DatagramSocket, end: Int)] = []
    /// The socket of the last run.
    @safe @exclusivity(unchecked) private var lastSocket: ObjectIdentifier?
    private var failures: [(attempt: Attempt, code: Int32)] = []
    private var errors: [(socket: DatagramSocket, code: Int32)] = []

    /// Whether there are datagrams to send, or failures to tell.
    var isDirty: Bool { used > 0 || !failures.isEmpty || !errors.isEmpty }

    /// Adds the query of an attempt.
    func add(_ wire: UnsafeRawBufferPointer, _ attempt: Attempt, _ socket: DatagramSocket) {
        // What fails is told at the end of the turn: nobody is called back from here.
        if used == Limits.batchCount { transmit() }
        let memory = unsafe slots.memory(used, count: wire.count)
        unsafe memory.copyMemory(from: wire)
        unsafe memory.set(word: attempt.id, at: 0)
        unsafe slots.vectors[used].octets = wire.count
        queries.append(attempt)
        used += 1
        if !runs.isEmpty, lastSocket == ObjectIdentifier(socket) {
            runs[runs.count - 1].end = used
        } else {
            lastSocket = ObjectIdentifier(socket)
            runs.append((socket, used))
        }
    }

    /// Sends what was added, and tells what failed since the last time.
    func flush(_ table: ExchangeTable) {
        transmit()
        report(table)
    }

    /// Sends what was added: the datagrams of a socket that follow each other at once.
    private func transmit() {
        var start = 0
        for (socket, end) in runs {
            send(start..<end, socket)
            start = end
        }
        used = 0
        queries.removeAll(keepingCapacity: true)
        runs.removeAll(keepingCapacity: true)
    }

    private func report(_ table: ExchangeTable) {
        guard !failures.isEmpty || !errors.isEmpty else { return }
        // What fails may be asked elsewhere, and be added here again.
        let (failed, reported) = (failures, errors)
        failures.removeAll()
        errors.removeAll()
        for (socket, code) in reported { socket.failed(code) }
        for (attempt, code) in failed {
            guard let socket = table.carrier(attempt) as? DatagramSocket else { continue }
            table.fail(attempt, socket.writeFailure(code), canReconnect: false)
        }
    }

    private func send(_ range: Range<Int>, _ socket: DatagramSocket) {
        guard socket.sendsGroups, range.count > 1 else {
            sendEach(range, socket)
            return
        }
        unsafe groups.arrange(range, slots.vectors)
        var first = 0
        var isSecondTry = false
        while first < groups.count {
            // SAFETY: `first` and the count stay within the messages described.
            let count = unsafe cln_send(
                socket.descriptor,
                groups.messages + first,
                UInt32(groups.count - first)
            )
            if count > 0 {
                first += Int(count)
                continue
            }
            let code = errno
            if code == EINTR { continue }
            // The error of a datagram sent before, as below.
            if code == ECONNREFUSED, !isSecondTry {
                isSecondTry = true
                errors.append((socket, code))
                continue
            }
            // Not every route can cut datagrams; what it is really about shows one by one.
            if code != EAGAIN, code != ENOBUFS { socket.sendsGroups = false }
            for slot in groups.slots(from: first) { sendEach(slot..<(slot + 1), socket) }
            return
        }
    }

    private func sendEach(_ range: Range<Int>, _ socket: DatagramSocket) {
        var first = range.lowerBound
        var isSecondTry = false
        while first < range.upperBound {
            // SAFETY: `first` and the count stay within the slots used.
            let count = unsafe cln_send(
                socket.descriptor,
                slots.messages + first,
                UInt32(range.upperBound - first)
            )
            if count > 0 {
                first += Int(count)
                isSecondTry = false
                continue
            }
            let code = errno
            if code == EINTR { continue }
            // The error of a datagram sent before: this one hasn't been tried.
            if code == ECONNREFUSED, !isSecondTry {
                isSecondTry = true
                errors.append((socket, code))
                continue
            }
            // An error belongs to the first datagram only (sendmmsg(2)).
            failures.append((queries[first], code))
            first += 1
            isSecondTry = false
        }
    }
}
