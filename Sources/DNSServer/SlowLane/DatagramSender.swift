internal import CLinuxNet
internal import Glibc

/// Replies that are sent together, those of one socket with one system call.
struct DatagramSender: ~Copyable {
    private var replies: [(octets: [UInt8], envelope: DatagramEnvelope)] = []

    /// Keeps a reply to be sent with the next ``flush()``; sends at once when there are many.
    mutating func send(_ octets: [UInt8], _ envelope: DatagramEnvelope) {
        replies.append((octets, envelope))
        if replies.count >= Limits.batchCount { flush() }
    }

    /// Sends what was kept; a reply that the kernel refuses is skipped.
    mutating func flush() {
        var first = 0
        while first < replies.count {
            let socket = replies[first].envelope.socket
            var end = first + 1
            while end < replies.count, replies[end].envelope.socket === socket { end += 1 }
            send(first..<end, socket.descriptor)
            first = end
        }
        replies.removeAll(keepingCapacity: true)
    }

    private func send(_ range: Range<Int>, _ descriptor: Int32) {
        var layout = Layout(count: range.count)
        for index in range { layout.add(replies[index].octets, replies[index].envelope) }
        layout.send(descriptor)
    }

    /// Messages in the kernel's form, with memory of their own.
    @safe
    private struct Layout: ~Copyable {
        private let messages: UnsafeMutableBufferPointer<cln_message>
        private let vectors: UnsafeMutableBufferPointer<cln_vector>
        private var memory: [UnsafeMutableRawBufferPointer] = []

        init(count: Int) {
            unsafe messages = .allocate(capacity: count)
            unsafe vectors = .allocate(capacity: count)
            unsafe messages.initialize(repeating: cln_message())
            unsafe vectors.initialize(repeating: cln_vector())
        }

        deinit {
            unsafe messages.deallocate()
            unsafe vectors.deallocate()
            for part in unsafe memory { unsafe part.deallocate() }
        }

        mutating func add(_ octets: [UInt8], _ envelope: DatagramEnvelope) {
            let index = unsafe memory.count
            let total = octets.count + envelope.name.count + envelope.control.count
            // Control data first: the kernel wants it aligned.
            let part = UnsafeMutableRawBufferPointer.allocate(byteCount: total, alignment: 16)
            unsafe memory.append(part)
            guard let base = unsafe part.baseAddress else { return }
            let name = envelope.control.count
            let body = name + envelope.name.count
            // SAFETY: the part holds the three runs, one behind the other.
            unsafe part.copyBytes(from: envelope.control)
            unsafe UnsafeMutableRawBufferPointer(rebasing: part[name...])
                .copyBytes(from: envelope.name)
            unsafe UnsafeMutableRawBufferPointer(rebasing: part[body...]).copyBytes(from: octets)
            unsafe vectors[index] = cln_vector(base: base + body, octets: octets.count)
            unsafe messages[index].name = base + name
            unsafe messages[index].name_octets = UInt32(envelope.name.count)
            unsafe messages[index].vectors = vectors.baseAddress.map { unsafe $0 + index }
            unsafe messages[index].vector_count = 1
            if name > 0 {
                unsafe messages[index].control = base
                unsafe messages[index].control_octets = name
            }
        }

        func send(_ descriptor: Int32) {
            var first = 0
            let count = unsafe memory.count
            while first < count, let base = unsafe messages.baseAddress {
                let sent = unsafe cln_send(descriptor, base + first, UInt32(count - first))
                if sent < 0, errno == EINTR { continue }
                // An error belongs to the first packet only (sendmmsg(2)).
                first += sent > 0 ? Int(sent) : 1
            }
        }
    }
}
