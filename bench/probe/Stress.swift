import ClusterView
import DNSServer
import Glibc
import Synchronization

/// Answers on several threads while one thread publishes versions as fast as it can, and another
/// reloads the configuration.
///
/// Every answer must be exactly what the version says that the answering worker holds; under a
/// sanitizer, reading what another thread still writes or has freed ends the run as well.
enum Stress {
    private static let readerCount = 3
    /// Questions between two looks for a newer version.
    private static let batchCount = 16

    /// What the threads share.
    private final class Shared: Sendable {
        let bench: PacketBench
        let view: ViewPublisher
        let isOver = Atomic<Bool>(false)
        let versions = Atomic<Int>(0)
        let reloads = Atomic<Int>(0)
        let answers = Atomic<Int>(0)
        let failure = Mutex<String?>(nil)

        init() throws {
            var history = StressHistory()
            let view = ViewPublisher(history.first())
            self.view = view
            bench = try PacketBench(corefile: SmallCluster.corefile) { _ in view }
            self.history = Mutex(history)
        }

        /// The writer's; taken by its thread alone.
        let history: Mutex<StressHistory>

        func fail(_ text: String) {
            failure.withLock { $0 = $0 ?? text }
            isOver.store(true, ordering: .releasing)
        }
    }

    /// Runs for some seconds.
    static func run(seconds: Int) throws {
        let shared = try Shared()
        var threads = [
            try ProbeThread.start { write(shared) }, try ProbeThread.start { reload(shared) },
        ]
        for number in 0..<readerCount {
            threads.append(try ProbeThread.start { read(shared, seed: UInt64(number) + 1) })
        }
        for _ in 0..<seconds where !shared.isOver.load(ordering: .acquiring) { sleep(1) }
        shared.isOver.store(true, ordering: .releasing)
        for thread in threads { pthread_join(thread, nil) }
        if let text = shared.failure.withLock({ $0 }) { throw ProbeError.answer(text) }
        print(
            shared.versions.load(ordering: .relaxed),
            "versions,",
            shared.reloads.load(ordering: .relaxed),
            "reloads,",
            shared.answers.load(ordering: .relaxed),
            "answers"
        )
    }

    private static func write(_ shared: Shared) {
        shared.history.withLock { history in
            while !shared.isOver.load(ordering: .acquiring) {
                shared.view.publish(history.next())
                shared.versions.add(1, ordering: .relaxed)
            }
        }
    }

    private static func reload(_ shared: Shared) {
        while !shared.isOver.load(ordering: .acquiring) {
            do {
                try shared.bench.reload()
                shared.reloads.add(1, ordering: .relaxed)
            } catch {
                shared.fail("reload: \(error)")
            }
            usleep(1000)
        }
    }

    private static func read(_ shared: Shared, seed: UInt64) {
        var random = SmallRandom(seed: seed)
        var asker = StressAsker(shared.bench.makeWorker(seed: seed))
        do {
            while !shared.isOver.load(ordering: .acquiring) {
                let version = try asker.beginBatch()
                for _ in 0..<batchCount {
                    let service = Int.random(in: 0..<StressHistory.serviceCount, using: &random)
                    try asker.check(service, at: version)
                    shared.answers.add(1, ordering: .relaxed)
                }
            }
        } catch {
            shared.fail("\(error)")
        }
    }
}
