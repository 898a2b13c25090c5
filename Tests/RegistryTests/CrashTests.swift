import Foundation
import KubernetesModel
import Registry
import RegistrySQLite
import Testing

@Suite("kill -9")
struct CrashTests {
    @Test(.timeLimit(.minutes(10)))
    func `a killed writer loses nothing that it acknowledged`() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("martlet-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: directory) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
            let registry = try Registry(
                store: SQLiteStore(path: directory + "/registry.db"),
                environment: .system
            )
            _ = try registry.create(
                service("web", namespace: "default", ["selector": ["app": "web"]])
            )
            let path = directory + "/acknowledged"
            try Data().write(to: URL(fileURLWithPath: path))
            let log = try #require(FileHandle(forWritingAtPath: path))
            let enough = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                enough.wait()
                kill(getpid(), SIGKILL)
            }
            for number in 0..<10_000 {
                let made = pod("p\(number)", namespace: "default")
                let revision = try registry.create(made).resourceVersion
                try log.write(contentsOf: Data("p\(number) \(revision)\n".utf8))
                if number == 40 { enough.signal() }
            }
        }
        let text = try String(contentsOfFile: directory + "/acknowledged", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count > 40)
        let survivor = try Registry(
            store: SQLiteStore(path: directory + "/registry.db"),
            environment: .seeded(1)
        )
        defer { survivor.close() }
        for line in lines {
            let parts = line.split(separator: " ")
            let key = ObjectKey(kind: .pod, namespace: "default", name: String(parts[0]))
            #expect(try survivor.get(key).resourceVersion == Revision(String(parts[1])))
        }
        let pods = try survivor.pods("default").map(\.metadata.name)
        let targets = try survivor.endpoints("web", namespace: "default").map(\.targetName)
        #expect(Set(pods) == Set(targets))
        // At most the write under way was kept without its acknowledgement.
        #expect(pods.count - lines.count <= 1)
        _ = try survivor.create(pod("after", namespace: "default"))
    }
}

@Suite("Two processes")
struct TwoProcessTests {
    @Test(.timeLimit(.minutes(10)))
    func `another process's write wakes this one`() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("martlet-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let registry = try Registry(
            store: SQLiteStore(path: directory + "/registry.db"),
            environment: .seeded(1)
        )
        defer { registry.close() }
        let watch = registry.watch(.service, after: try registry.revision)
        let seen = Task.detached { try watch.next(timeout: .seconds(240)) }
        await #expect(processExitsWith: .success) { [directory = directory as String] in
            let other = try Registry(
                store: SQLiteStore(path: directory + "/registry.db"),
                environment: .system
            )
            _ = try other.create(service("web", namespace: "default"))
            other.close()
        }
        let changes = try await seen.value
        #expect(changes?.map(\.type) == [.added])
        #expect(changes?.first?.object.key.name == "web")
        // The other's address is taken here as well.
        let taken = try registry.service("web", namespace: "default").clusterIPs[0]
        let text = message {
            _ = try registry.create(
                service("again", namespace: "default", ["clusterIP": .string(taken)])
            )
        }
        #expect(text.hasSuffix("provided IP is already allocated"))
    }
}
