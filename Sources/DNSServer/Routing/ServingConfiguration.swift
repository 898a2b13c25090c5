internal import ClusterView
internal import Plugins
internal import Synchronization
internal import Upstreams

/// Everything that workers need to answer: routes by listener, and the views behind them.
///
/// Immutable; a reload publishes another one. Its plugins are stopped when nothing refers to it any
/// more: no worker, and no query that still waits.
final class ServingConfiguration: Sendable {
    /// The routes of each listener that the Corefile names.
    let tables: [ListenerKey: RoutingTable]
    /// The routes of every other listener: of those given by flag.
    let common: RoutingTable
    /// The views, by the index that plugins know them by.
    let views: [ViewPublisher]
    private let services: ServerServices
    private let nothing = RoutingTable([])
    /// The plugins that were started and not stopped since.
    private let started = Mutex<[Plugin]>([])

    /// Makes a configuration.
    init(
        tables: [ListenerKey: RoutingTable],
        common: RoutingTable,
        views: [ViewPublisher],
        services: ServerServices
    ) {
        self.tables = tables
        self.common = common
        self.views = views
        self.services = services
    }

    deinit {
        // Whoever lets go last may be a worker: the work is left to the slow lane.
        let plugins = takeStarted()
        guard !plugins.isEmpty else { return }
        let isTaken = services.loop.post {
            for plugin in plugins { plugin.stop() }
        }
        if !isTaken { for plugin in plugins { plugin.stop() } }
    }

    /// Starts the plugins; those that a failure leaves started are stopped with the configuration.
    ///
    /// - Throws: What keeps the configuration from being served.
    func start() throws {
        for plugin in plugins {
            try plugin.start()
            started.withLock { $0.append(plugin) }
        }
    }

    /// Stops the plugins that were started, the last one first; on the slow lane's thread.
    func stop() {
        for plugin in takeStarted() { plugin.stop() }
    }

    private func takeStarted() -> [Plugin] {
        started.withLock { started in
            defer { started = [] }
            return started.reversed()
        }
    }

    /// The routes of a listener; those of nil are the common ones.
    func table(_ key: ListenerKey?) -> RoutingTable {
        guard let key else { return common }
        return tables[key] ?? nothing
    }

    /// All plugins, each once.
    var plugins: [Plugin] {
        var seen: Set<ObjectIdentifier> = []
        return routes.flatMap(\.chain.plugins).filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
    }

    private var routes: [Route] { tables.values.flatMap(\.routes) + common.routes }
}
