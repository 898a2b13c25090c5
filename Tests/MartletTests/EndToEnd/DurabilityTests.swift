import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Durability: what was acknowledged is there")
struct DurabilityTests {
    private static let writeCount = 1000
    private static let writerCount = 4

    @Test func `a thousand writes outlive the killing of writers and server`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let site = try Site()
        let writers = try (0..<Self.writerCount).map {
            try Writer(site, number: $0, seed: seed)
        }
        let progress = Progress()
        for writer in writers { progress.start(writer, until: Self.writeCount) }
        // Meanwhile the server dies and starts again, over and over.
        var random = SeededGenerator(seed: seed)
        var serverKillCount = 0
        while !progress.hasEnded {
            let server = try site.serve()
            let moment = Double.random(in: 0..<0.5, using: &random)
            #expect(try server.child.kill(afterSeconds: moment) == .killed(SIGKILL))
            serverKillCount += 1
        }
        for trouble in progress.troubles { Issue.record("\(trouble) (seed \(seed))") }
        let killed = writers.reduce(0) { $0 + $1.killed }
        let kept = writers.reduce(0) { $0 + $1.keptThoughKilled }
        let count = writers.reduce(0) { $0 + $1.acknowledged }
        print(
            "durability: \(count) writes acknowledged; \(killed) commands killed, \(kept) of them",
            "after their commit; the server killed \(serverKillCount) times (seed \(seed))"
        )
        #expect(count >= Self.writeCount)
        #expect(killed > 10 && serverKillCount > 3, "too little was killed to prove anything")
        try verify(writers, site, seed: seed)
    }

    /// Compares what was acknowledged, the registry, and the answers of a server started afresh.
    private func verify(_ writers: [Writer], _ site: Site, seed: UInt64) throws {
        let server = try site.serve()
        var questions = ""
        var expected: Set<String> = []
        for writer in writers {
            let services = try writer.registered()
            #expect(services.mapValues(\.port) == writer.ports, "seed \(seed)")
            #expect(!services.isEmpty)
            for (name, service) in services {
                let name = "\(name).\(writer.namespace).svc.cluster.local."
                questions += "\(name) A\n_p._tcp.\(name) SRV\n"
                expected.insert("\(name) A \(service.address)")
                expected.insert("_p._tcp.\(name) SRV 0 100 \(service.port) \(name)")
            }
            // Names that were written and deleted again.
            for number in 0..<30 where services["s\(number)"] == nil {
                questions += "s\(number).\(writer.namespace).svc.cluster.local. A\n"
            }
        }
        let file = try site.write("questions", questions)
        let answers = try site.run([
            "dig", "@127.0.0.1", "-p", server.port, "+noall", "+answer", "+tries=1", "+time=60",
            "-f", file,
        ])
        let found = answers.output.split(separator: "\n").map { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return ([words[0]] + words.dropFirst(3)).joined(separator: " ")
        }
        #expect(Set(found) == expected, "seed \(seed)")
        #expect(found.count == expected.count)
        try server.stop()
    }

    /// What the writers' threads and the test share.
    private final class Progress: Sendable {
        private struct State {
            var acknowledged = 0
            var running = 0
            var troubles: [String] = []
        }

        private let state = Mutex(State())

        var hasEnded: Bool { state.withLock { $0.running == 0 } }
        var troubles: [String] { state.withLock(\.troubles) }

        /// Lets a writer write on a thread of its own, until all together have written enough.
        func start(_ writer: Writer, until count: Int) {
            state.withLock { $0.running += 1 }
            let run = Run(writer: writer)
            Thread.detachNewThread { [self] in
                do {
                    while state.withLock({ $0.acknowledged < count && $0.troubles.isEmpty }) {
                        let before = run.writer.acknowledged
                        try run.writer.write()
                        state.withLock { $0.acknowledged += run.writer.acknowledged - before }
                    }
                } catch {
                    state.withLock { $0.troubles.append("\(error)") }
                }
                state.withLock { $0.running -= 1 }
            }
        }
    }

    /// A writer on its way to the one thread that uses it.
    private struct Run: @unchecked Sendable {
        // Sendable: the test touches a writer only before its thread starts and after it ends.
        let writer: Writer
    }
}
