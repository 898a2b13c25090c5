internal import CLinuxNet
internal import ClusterView
internal import Glibc
internal import KubernetesModel
internal import Metrics
internal import Plugins
internal import Registry
internal import Synchronization

/// Keeps a view up to date with a registry: a thread that loads it, then follows its changes.
final class ViewFeed: Sendable {
    /// Where the versions go.
    let publisher: ViewPublisher
    private let store: any RegistryStore
    private let options: ClusterIndex.Options
    private let log: LogSink
    private let cancellation = WaitCancellation()
    private let initial: Mutex<ClusterIndex?>
    private let retryDelay: Duration
    private let metrics: MetricsRegistry

    /// Loads a view; after a failure later on, the registry is asked again once per `retryDelay`.
    ///
    /// - Throws: ``RegistryError`` if the registry can't be read.
    init(
        _ store: any RegistryStore,
        options: ClusterIndex.Options,
        log: LogSink,
        metrics: MetricsRegistry = MetricsRegistry(),
        retryDelay: Duration = .seconds(1)
    ) throws {
        self.metrics = metrics
        self.retryDelay = retryDelay
        self.store = store
        self.options = options
        self.log = log
        var (index, revision) = try ViewFeed.load(store, options, log)
        publisher = ViewPublisher(
            index.makeSnapshot(revision: revision, serial: ViewFeed.now())
        )
        initial = Mutex(index)
        // Reading a large registry leaves holes behind that the view never fills.
        cln_return_free_memory()
    }

    /// Starts the thread that follows changes.
    func start() throws(ServerError) -> WorkerThread {
        try WorkerThread(name: "martlet-feed") { self.run() }
    }

    /// Ends the thread.
    func stop() {
        cancellation.cancel()
    }

    /// Seconds since 1970: the serial of the zones.
    private static func now() -> UInt32 {
        UInt32(truncatingIfNeeded: time(nil))
    }

    private static func load(
        _ store: any RegistryStore,
        _ options: ClusterIndex.Options,
        _ log: LogSink
    ) throws -> (ClusterIndex, Revision) {
        var loader = ViewLoader(options, log)
        let revision = try loader.load(store)
        return (loader.index, revision)
    }

    private func run() {
        guard var index = initial.withLock({ $0.take() }) else { return }
        var revision = publisher.current.revision
        // Queries are answered already: they wait for a millisecond at most, and once.
        if publisher.current.serviceCount >= Limits.largePageServiceCountMin {
            _ = cln_use_large_pages()
        }
        var retired = RetiredVersions()
        var times = ProgrammingTimes(metrics)
        while !cancellation.isCancelled {
            do {
                guard try follow(&index, &revision, &times) else { continue }
                retired.add(publisher.current)
                publisher.publish(index.makeSnapshot(revision: revision, serial: ViewFeed.now()))
                times.publish(index)
                retired.free()
            } catch RegistryError.closed {
                // The registry ends before the server does: the last view is the last word.
                return
            } catch {
                if cancellation.isCancelled { return }
                log.write("[ERROR] registry \(store.location): \(error)")
                pause()
            }
        }
    }

    /// Waits for a change and takes it over; false if there was none.
    private func follow(
        _ index: inout ClusterIndex,
        _ revision: inout Revision,
        _ times: inout ProgrammingTimes
    ) throws -> Bool {
        let newer = try store.waitForChange(
            after: revision,
            timeout: nil,
            cancellation: cancellation
        )
        guard let newer, newer > revision else { return false }
        do {
            let batch = try store.storedChanges(
                after: revision,
                limit: Limits.changeBatchCount
            )
            for change in batch.changes {
                if index.take(change, log) { times.note(change.object) }
            }
            revision = batch.revision
        } catch RegistryError.compacted, RegistryError.revisionTooNew {
            // The log doesn't reach back, or belongs to another registry: start anew.
            (index, revision) = try ViewFeed.load(store, options, log)
            times.forget()
        }
        return true
    }

    /// Lets a while pass before a store that failed is asked again; the view stays as it is.
    private func pause() {
        _ = try? ChangeSignal().wait(
            after: 0,
            timeout: retryDelay,
            cancellation: cancellation
        )
    }
}
