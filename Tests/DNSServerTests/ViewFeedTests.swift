import ClusterView
import Glibc
import KubernetesModel
import Metrics
import Plugins
import Registry
import TestSupport
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
        metrics: MetricsRegistry = MetricsRegistry(),
        before: () throws -> Void = {},
        _ body: (ViewFeed) throws -> Void
    ) throws -> String {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        let descriptor = unsafe open("\(directory)/log", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { _ = Glibc.close(descriptor) }
        let log = LogSink(descriptor: descriptor)
        let feed = try ViewFeed(
            store,
            options: .init(),
            log: log,
            metrics: metrics,
            retryDelay: retryDelay
        )
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

    @Test func `the time from a change to its answers is measured`() throws {
        let store = try makeStore()
        let metrics = MetricsRegistry()
        let headless = "clusterIP: None, clusterIPs: [None]"
        try store.put([
            service("db", headless), service("far", "type: ExternalName, externalName: x.y"),
        ])
        func slice(_ service: String, _ address: String, _ time: String) -> String {
            let annotation = "endpoints.kubernetes.io/last-change-trigger-time: '\(time)'"
            return DNSServerTests.slice(service, addresses: [address]).replacing(
                "labels: {",
                with: "annotations: {\(annotation)}, labels: {"
            )
        }
        func text() -> String { String(decoding: metrics.write(), as: UTF8.self) }
        func count(_ kind: String) -> String {
            let name = "coredns_kubernetes_dns_programming_duration_seconds"
            return "\(name)_count{service_kind=\"\(kind)\"}"
        }
        let old = "2001-01-01T00:00:00.5Z"
        _ = try follow(store, metrics: metrics) { feed in
            // Long ago, tomorrow, no time at all, and what has no endpoints.
            try store.put([slice("first", "10.244.0.1", old), slice("db", "10.244.0.2", old)])
            try store.put([slice("db", "10.244.0.3", "2999-01-01T00:00:00+01:00")])
            try store.put([slice("db", "10.244.0.4", "soon"), slice("far", "10.244.0.5", old)])
            // The same endpoints change no answer.
            try store.put([slice("first", "10.244.0.1", "2002-01-01T00:00:00Z")])
            try add("last", to: store)
            try eventually { feed.publisher.current.serviceCount == 4 }
            try eventually { text().contains(count("cluster_ip")) }
        }
        let lines = text()
        #expect(lines.contains("\(count("cluster_ip")) 1\n"), "\(lines)")
        #expect(lines.contains("\(count("headless_with_selector")) 2\n"), "\(lines)")
        // The one of tomorrow took no time, the other longer than the last bound.
        let bucket = count("headless_with_selector").replacing("_count", with: "_bucket")
            .replacing("}", with: ",le=")
        #expect(lines.contains("\(bucket)\"0.001\"} 1\n"), "\(lines)")
        #expect(lines.contains("\(bucket)\"524.288\"} 1\n"), "\(lines)")
        #expect(lines.contains("\(bucket)\"+Inf\"} 2\n"), "\(lines)")
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-02T00:00:01.25Z", 86_401.25),
        ("2026-11-23T05:00:00Z", 1_795_410_000), ("2026-11-23T06:30:00+01:30", 1_795_410_000),
        ("2024-02-29t23:59:60z", 1_709_251_200), ("2026-11-22T19:00:00-10:00", 1_795_410_000),
        ("", nil), ("2026-11-23", nil), ("2026-11-23T05:00:00", nil),
        ("2026-13-23T05:00:00Z", nil), ("2026-11-23T05:00:00Z ", nil),
        ("2026-11-23T24:00:00Z", nil),
        ("2026-11-23T05:00:00+0100", nil), (String(repeating: "1", count: 100), nil),
    ])
    func `times are read`(_ text: String, _ seconds: Double?) {
        #expect(TimeText.seconds(text) == seconds)
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
