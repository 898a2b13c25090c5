import Addresses
import DNSServer
import Glibc
import Registry
import RegistrySQLite

/// Commits changes to a registry and measures when a server answers with them.
///
/// Each change is a transaction of its own. Prints one JSON object; see `bench/README.md`.
@main
enum ChangesProbe {
    private static let usage = """
        martlet-changes latency PATH COUNT PORT   changes, and when the server there answers anew
        martlet-changes inside PATH COUNT         the same, with a server in this process
        martlet-changes churn PATH RATE SECONDS   changes per second, while others measure
        """

    static func main() {
        let words = CommandLine.arguments
        do {
            guard words.count >= 4, let number = Int(words[3]), number > 0 else {
                throw ProbeError(usage)
            }
            let store = try SQLiteStore(path: words[2])
            let registry = try Registry(store: store)
            defer { registry.close() }
            switch (words[1], words.count > 4 ? Int(words[4]) : nil) {
            case ("latency", let port?):
                try latency(registry, count: number, port: UInt16(clamping: port))
            case ("inside", _):
                try inside(registry, store, count: number)
            case ("churn", let seconds?):
                try churn(registry, rate: number, seconds: seconds)
            default:
                throw ProbeError(usage)
            }
        } catch {
            print("martlet-changes: \(error)")
            exit(1)
        }
    }

    /// Measures with a server of this process, woken by the store itself.
    private static func inside(
        _ registry: Registry,
        _ store: SQLiteStore,
        count: Int
    ) throws {
        let server = try Server(
            ServerSettings(
                listen: [try ListenAddress("127.0.0.1:0")],
                workerCount: 1,
                registry: registry.settings,
                openStore: { _ in store }
            )
        )
        defer { server.stop() }
        guard let port = server.addresses.first?.port else {
            throw ProbeError("the server listens nowhere")
        }
        try latency(registry, count: count, port: port)
    }

    /// Changes one endpoint at a time; the clock starts when the commit has returned.
    private static func latency(_ registry: Registry, count: Int, port: UInt16) throws {
        let services = ProbeServices(count: 1)
        let name = services.name(0, domain: registry.settings.clusterDomain)
        var poller = try AnswerPoller(name, port: port)
        _ = try registry.apply(services.foundation())
        var commits = Timing()
        var answers = Timing()
        // The first steps warm caches up and don't count.
        for step in 0..<(count + 10) {
            let item = try services.slice(0, step: step)
            let expected = services.address(step)
            let begin = Timing.now
            _ = try registry.apply([item])
            let committed = Timing.now
            while !poller.answers(with: expected) {
                guard Timing.now < committed + 5e6 else {
                    throw ProbeError("step \(step): no changed answer within 5 s")
                }
            }
            let answered = Timing.now
            // Nothing else is under way when the next change comes, at no fixed distance.
            usleep(UInt32.random(in: 1_000...4_000))
            guard step >= 10 else { continue }
            commits.add(committed - begin)
            answers.add(answered - committed)
        }
        print("{\"changes\": \(count), \"commit\": \(commits.json), \"answer\": \(answers.json)}")
    }

    /// Changes endpoints of 500 services in turn, at a steady rate.
    private static func churn(_ registry: Registry, rate: Int, seconds: Int) throws {
        let services = ProbeServices(count: 500)
        _ = try registry.apply(services.foundation())
        var commits = Timing()
        let begin = Timing.now
        var step = 0
        while true {
            let now = Timing.now
            guard now < begin + Double(seconds) * 1e6 else { break }
            let due = begin + Double(step) * 1e6 / Double(rate)
            if due > now { usleep(UInt32(due - now)) }
            // One service's address differs from its last one by its place in the round.
            let item = try services.slice(step % services.count, step: step)
            let start = Timing.now
            _ = try registry.apply([item])
            commits.add(Timing.now - start)
            step += 1
        }
        let reached = Double(step) / ((Timing.now - begin) / 1e6)
        print("{\"changes\": \(step), \"rate\": \(reached), \"commit\": \(commits.json)}")
    }
}
