import ClusterView
import Glibc
import KubernetesModel
import Plugins
import Registry
import Testing

@testable import DNSServer

@Suite("Following a registry")
struct ViewFeedTests {
    private static let full = RegistryError.storage(
        StorageProblem(code: .locked, path: "/registry.db")
    )

    /// A store with one service.
    private func makeStore(changeCountMax: Int = 1_000) throws -> FailingStore {
        let store = FailingStore(changeCountMax: changeCountMax)
        try store.put([service("first", "clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1]")])
        return store
    }

    private func add(_ name: String, to store: FailingStore) throws {
        try store.put([service(name, "clusterIP: 10.96.0.2, clusterIPs: [10.96.0.2]")])
    }

    /// Runs a feed on a thread while `body` looks at it; returns what it logged.
    private func follow(
        _ store: FailingStore,
        retryDelay: Duration = .milliseconds(1),
        before: () throws -> Void = {},
        _ body: (ViewFeed) throws -> Void
    ) throws -> String {
        let directory = try makeDirectory()
        defer { removeDirectory(directory) }
        let descriptor = unsafe open("\(directory)/log", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { _ = Glibc.close(descriptor) }
        let log = LogSink(descriptor: descriptor)
        let feed = try ViewFeed(store, options: .init(), log: log, retryDelay: retryDelay)
        try before()
        let thread = try feed.start()
        do {
            try body(feed)
        } catch {
            feed.stop()
            thread.join()
            throw error
        }
        feed.stop()
        thread.join()
        log.close()
        log.run()
        return try run("cat \(directory)/log")
    }

    @Test func `changes before and after the start are followed`() throws {
        let store = try makeStore()
        let log = try follow(
            store,
            before: { try add("second", to: store) },
            { feed in
                try eventually { feed.publisher.current.serviceCount == 2 }
                try store.remove(.service, "shop", "first")
                try eventually { feed.publisher.current.serviceCount == 1 }
                #expect(feed.publisher.current.revision == 3)
            }
        )
        #expect(log.isEmpty)
        #expect(store.readCount == 1)
    }

    @Test func `a log that no longer reaches back lets the view be loaded anew`() throws {
        let store = try makeStore(changeCountMax: 2)
        let log = try follow(
            store,
            before: {
                for number in 0..<20 { try add("other-\(number)", to: store) }
                try store.remove(.service, "shop", "first")
            },
            { feed in
                try eventually { feed.publisher.current.revision == 22 }
                #expect(feed.publisher.current.serviceCount == 20)
                try add("last", to: store)
                try eventually { feed.publisher.current.serviceCount == 21 }
            }
        )
        #expect(log.isEmpty)
        #expect(store.readCount == 2)
    }

    @Test func `a registry that went back in time is loaded anew`() throws {
        let store = try makeStore()
        store.fail(changes: [.revisionTooNew(requested: 1, current: 0)])
        _ = try follow(
            store,
            before: { try add("second", to: store) },
            { feed in try eventually { feed.publisher.current.serviceCount == 2 } }
        )
        #expect(store.readCount == 2)
    }

    @Test func `a store that fails is asked again, and the view stays meanwhile`() throws {
        let store = try makeStore()
        store.fail(
            reads: [],
            changes: [Self.full, Self.full],
            waits: [Self.full]
        )
        let log = try follow(store) { feed in
            #expect(feed.publisher.current.serviceCount == 1)
            try add("second", to: store)
            try eventually { feed.publisher.current.serviceCount == 2 }
        }
        let lines = log.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.allSatisfy { $0.hasPrefix("[ERROR] registry failing:: registry /registry.db") }
        )
    }

    @Test func `loading anew that fails is tried again, once per delay`() throws {
        let store = try makeStore()
        _ = try follow(
            store,
            before: {
                try add("second", to: store)
                let compacted = RegistryError.compacted(requested: 1, oldest: 2)
                store.fail(
                    reads: [Self.full, Self.full],
                    changes: [compacted, compacted, compacted]
                )
            },
            { feed in try eventually { feed.publisher.current.serviceCount == 2 } }
        )
        #expect(store.readCount == 4)
    }

    @Test func `a pause after a failure ends when the server stops`() throws {
        let store = try makeStore()
        // Ends at all: the delay is longer than any run of the tests.
        _ = try follow(
            store,
            retryDelay: .seconds(3_600),
            before: {
                store.fail(changes: [Self.full])
                try add("second", to: store)
            },
            { _ in }
        )
    }

    @Test func `a registry that is closed ends the thread; the view stays`() throws {
        let store = try makeStore()
        let log = LogSink()
        let feed = try ViewFeed(store, options: .init(), log: log)
        let thread = try feed.start()
        store.close()
        thread.join()
        #expect(feed.publisher.current.serviceCount == 1)
    }

    @Test func `a registry that can't be read keeps the view from being made`() throws {
        let store = try makeStore()
        store.fail(reads: [Self.full])
        #expect(throws: RegistryError.self) {
            try ViewFeed(store, options: .init(), log: LogSink())
        }
    }

    @Test func `an object that can't be understood is named and left out`() throws {
        let store = try makeStore()
        let bad = "{kind: Service, metadata: {name: bad, namespace: shop}, spec: {ports: 7}}"
        let log = try follow(store) { feed in
            try store.put([bad])
            try add("second", to: store)
            try eventually { feed.publisher.current.serviceCount == 2 }
        }
        #expect(log.hasPrefix("[ERROR] registry: Service shop/bad: "), "\(log)")
        #expect(log.split(separator: "\n").count == 1)
    }
}
