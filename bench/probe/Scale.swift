import ClusterView
import DNSServer
import Glibc
import Synchronization

/// Answers without sockets, on one thread and then on two at the same time.
///
/// Memory that workers share and write would have to travel between their cores for each query,
/// and a query would cost more CPU time with two of them than with one.
enum Scale {
    /// How long each part of a round takes, in nanoseconds.
    private static let nanoseconds: UInt64 = 200_000_000

    /// What threads that answer at the same time share; none of it changes while they do.
    private final class Crew: Sendable {
        let bench: PacketBench
        let isOver = Atomic<Bool>(false)
        let ready = Atomic<Int>(0)
        let isStarted = Atomic<Bool>(false)
        let sums = Mutex((queries: 0, time: UInt64(0)))
        let failure = Mutex<String?>(nil)

        init(_ bench: PacketBench) {
            self.bench = bench
        }
    }

    /// Runs rounds, and prints for each what a query costs, in nanoseconds of CPU time: with one
    /// thread, and with two.
    static func run(rounds: Int) throws {
        HashSeed.fix(42)
        let bench = try PacketBench(corefile: SmallCluster.corefile, store: SmallCluster.store())
        for _ in 0..<rounds {
            let alone = try cost(bench, threadCount: 1)
            let together = try cost(bench, threadCount: 2)
            print(alone, together)
        }
    }

    /// The CPU time of a query in nanoseconds, of so many threads.
    private static func cost(_ bench: PacketBench, threadCount: Int) throws -> Double {
        let crew = Crew(bench)
        let threads = try (0..<threadCount).map { _ in
            try ProbeThread.start { work(crew) }
        }
        // Whoever fails counts as ready, too.
        while crew.ready.load(ordering: .acquiring) < threadCount { usleep(1000) }
        crew.isStarted.store(true, ordering: .releasing)
        usleep(UInt32(nanoseconds / 1000))
        crew.isOver.store(true, ordering: .releasing)
        for thread in threads { pthread_join(thread, nil) }
        if let text = crew.failure.withLock({ $0 }) { throw ProbeError.answer(text) }
        let (queries, time) = crew.sums.withLock { $0 }
        return Double(time) / Double(max(1, queries))
    }

    private static func work(_ crew: Crew) {
        do {
            var stream = try Stream(.mix, crew.bench, count: 1024)
            stream.answerAll()
            crew.ready.add(1, ordering: .releasing)
            while !crew.isStarted.load(ordering: .acquiring) { sched_yield() }
            var queries = 0
            let start = threadTime()
            while !crew.isOver.load(ordering: .acquiring) {
                stream.answerAll()
                queries += 1024
            }
            let time = threadTime() - start
            crew.sums.withLock { $0 = ($0.queries + queries, $0.time + time) }
        } catch {
            crew.failure.withLock { $0 = "\(error)" }
            crew.ready.add(1, ordering: .releasing)
        }
    }

    /// The CPU time of this thread, in nanoseconds.
    private static func threadTime() -> UInt64 {
        var time = timespec()
        // SAFETY: the call writes the one value that it is given.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
