import DNSWire
import Synchronization
import TestSupport
import Testing

@testable import AnswerCache

/// To be run under the thread and address sanitizers too.
@Suite("The cache: readers beside writers")
struct AnswerCacheStressTests {
    private static let nameCount = 400
    private static let epochs = ReaderEpochs(readersMax: 8)

    /// What the threads of one run share.
    private final class Run: Sendable {
        let cache: AnswerCache
        let writersLeft: Atomic<Int>
        let found = Atomic<Int>(0)
        let wrong = Atomic<Int>(0)

        init(writers: Int) {
            // Too small for all names, so that entries come and go all the time.
            cache = AnswerCache(
                CacheConfiguration(
                    success: CacheCapacity(entries: 150, octets: 60_000),
                    denial: CacheCapacity(entries: 50),
                    countedHits: 5
                ),
                epochs: AnswerCacheStressTests.epochs
            )
            writersLeft = Atomic(writers)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `every hit is one whole reply to the question asked`() {
        let run = Run(writers: 2)
        let writer = { @Sendable (seed: UInt64) in
            { @Sendable in Self.write(run, seed: seed) }
        }
        let reader = { @Sendable (seed: UInt64) in
            { @Sendable in Self.read(run, seed: seed) }
        }
        runThreads([writer(1), writer(2), reader(3), reader(4), reader(5)])
        #expect(run.wrong.load(ordering: .relaxed) == 0)
        #expect(run.found.load(ordering: .relaxed) > 1_000)
        #expect(run.cache.figures.success.entries <= 150)
        #expect(run.cache.figures.success.octets <= 60_000)
        run.cache.removeAll()
        #expect(run.cache.figures.retiredEntries == 0)
        #expect(run.cache.octetCount == 0)
    }

    private static func write(_ run: Run, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for step in 0..<6_000 {
            var names = NumberedNames()
            names.textOctets = random.number(4...600)
            let number = random.number(0...(nameCount - 1))
            switch random.number(0...19) {
            case 0: names.withKey(number) { _ = run.cache.remove($0) }
            case 1 where step % 100 == 0: run.cache.removeAll()
            default: _ = names.put(number, in: run.cache, fill: random.octet())
            }
            if step % 500 == 0 { _ = run.cache.listing(now: 2) }
        }
        run.writersLeft.subtract(1, ordering: .sequentiallyConsistent)
    }

    private static func read(_ run: Run, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = NumberedNames()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 8)
        defer { unsafe buffer.deallocate() }
        while run.writersLeft.load(ordering: .sequentiallyConsistent) > 0 {
            // A reader comes and goes, as a worker does across a restart.
            guard let reader = epochs.register() else { continue }
            for _ in 0..<20 {
                let epoch = reader.enter()
                var hits: [(Int, CacheHit)] = []
                for _ in 0..<16 {
                    let number = random.number(0...(nameCount - 1))
                    let hit = names.withKey(number) { run.cache.lookup($0, now: 2, in: epoch) }
                    if let hit { hits.append((number, hit)) }
                }
                run.found.add(hits.count, ordering: .relaxed)
                for (number, hit) in hits where unsafe !isWhole(hit, number, buffer) {
                    run.wrong.add(1, ordering: .relaxed)
                }
                reader.leave()
            }
        }
    }

    /// Whether a hit, as served, is the reply to the number with one octet all over its text.
    private static func isWhole(
        _ hit: CacheHit,
        _ number: Int,
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let request: [UInt8] =
            [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] + NumberedNames.name(number) + [0, 16, 0, 1]
        var query = QueryView()
        query.nameOctetCount = 13
        query.questionEnd = request.count
        let count = unsafe request.withUnsafeBytes { octets in
            var writer = unsafe ResponseWriter(
                answering: query,
                request: octets,
                into: buffer,
                limit: 2_048,
                payloadOctets: 1232
            )
            guard hit.write(into: &writer, timeToLive: 77) else { return 0 }
            return writer.finish(query)
        }
        guard count >= request.count + 16 else { return false }
        let served = unsafe Array(buffer[request.count..<count])
        let head: [UInt8] = [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 77]
        let length = served.count - 12
        let size = [UInt8(length >> 8), UInt8(length & 0xFF)]
        let mark = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        let text = served[16...]
        return Array(served[..<10]) == head && Array(served[10..<12]) == size
            && Array(served[12..<16]) == mark && text.allSatisfy { $0 == text.first }
    }
}
