import ClusterView
import DNSServer
import DNSWire

/// Packets of one kind, and the worker that answers them.
@safe
struct Stream: ~Copyable {
    /// Packets that are read before the first of them is answered, as in a busy server.
    private static let batchCount = 64
    /// Packets that differ; a longer stream repeats them.
    private static let distinctCount = 1024

    private var worker: PacketBench.Worker
    private let count: Int
    /// The packets, one behind the other; memory of its own, as arrays count references.
    private let packets: UnsafeMutableBufferPointer<UnsafeMutableRawBufferPointer>
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 64)
    /// Octets of all replies.
    private(set) var octets = 0

    /// Makes packets of a kind, and a worker for them.
    init(_ kind: QueryKind, _ bench: PacketBench, count: Int) throws {
        var random = SmallRandom(seed: 7)
        let made = try (0..<min(count, Stream.distinctCount)).map { id in
            try Stream.packet(kind, UInt16(id), &random)
        }
        unsafe packets = .allocate(capacity: made.count)
        for (index, octets) in made.enumerated() {
            let packet = UnsafeMutableRawBufferPointer.allocate(
                byteCount: octets.count,
                alignment: 64
            )
            unsafe packet.copyBytes(from: octets)
            unsafe packets.initializeElement(at: index, to: packet)
        }
        self.count = count
        worker = bench.makeWorker(seed: 1)
    }

    deinit {
        for index in unsafe 0..<packets.count { unsafe packets[index].deallocate() }
        unsafe packets.deallocate()
        unsafe buffer.deallocate()
    }

    /// Answers `count` packets of each kind, and prints how many octets that made.
    ///
    /// The part that is worth counting runs inside the C function `martlet_probe_measured`, after
    /// the same once without it: tools start and stop there, by its name.
    static func run(_ kinds: [QueryKind], count: Int) throws {
        HashSeed.fix(42)
        let bench = try PacketBench(corefile: SmallCluster.corefile, store: SmallCluster.store())
        for kind in kinds {
            var warm = try Stream(kind, bench, count: count)
            warm.answerAll()
            var stream = try Stream(kind, bench, count: count)
            unsafe withUnsafeMutablePointer(to: &stream) { unsafe martletProbeMeasured($0) }
            print(kind.rawValue, count, stream.octets)
        }
    }

    /// A query: half of them with EDNS, and a quarter with random case.
    private static func packet(
        _ kind: QueryKind,
        _ id: UInt16,
        _ random: inout SmallRandom
    ) throws -> [UInt8] {
        let edns = Bool.random(using: &random) ? EDNS(udpPayloadSize: 1232) : nil
        let question = try kind.question(&random)
        let header = Header(id: id, isRecursionDesired: true)
        var octets = try Message(header: header, questions: [question], edns: edns).encoded()
        guard Int.random(in: 0..<4, using: &random) == 0 else { return octets }
        for index in QueryView.headerOctetCount..<(question.name.octets.count + 12)
        where 0x61...0x7A ~= octets[index] && Bool.random(using: &random) {
            octets[index] ^= 0x20
        }
        return octets
    }

    /// Answers all packets, in batches.
    mutating func answerAll() {
        var first = 0
        while first < count {
            let slots = min(Stream.batchCount, count - first)
            worker.refresh()
            for slot in 0..<slots { unsafe worker.read(packet(first + slot), to: slot) }
            worker.endReading()
            for slot in 0..<slots {
                octets += unsafe worker.answer(slot, packet(first + slot), into: buffer)
            }
            first += slots
        }
    }

    /// The packet with a number; distinct ones are repeated.
    private func packet(_ number: Int) -> UnsafeRawBufferPointer {
        // SAFETY: there is at least one packet; packets live as long as this value.
        unsafe UnsafeRawBufferPointer(packets[number % packets.count])
    }
}

/// Answers a stream; a C function for the sake of its name.
@inline(never)
@c(martlet_probe_measured)
func martletProbeMeasured(_ stream: UnsafeMutableRawPointer) {
    // SAFETY: the caller passes a stream that it alone uses.
    unsafe stream.assumingMemoryBound(to: Stream.self).pointee.answerAll()
}
