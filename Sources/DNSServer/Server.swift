internal import Addresses
internal import ClusterView
internal import Corefile
internal import Plugins
internal import Registry
internal import Synchronization

/// The DNS server: listeners, workers, views, and what holds them together.
///
/// Used from one thread at a time: `start`, then any number of `reload`, then `stop`.
public final class Server {
    private let settings: ServerSettings
    private let log = LogSink()
    private let logThread: WorkerThread
    private var feeds: [ViewRequest: ViewFeed] = [:]
    private var feedThreads: [ViewRequest: WorkerThread] = [:]
    private let source: VersionPublisher<ServingConfiguration>
    private var workers: [(worker: DatagramWorker, thread: WorkerThread)] = []
    private var streams: [StreamListener] = []
    /// The connections that are open.
    let connections: ConnectionCounter
    /// What the server listens on, with the ports that the kernel chose.
    public private(set) var addresses: [ListenAddress] = []

    /// Loads the configuration and the views, and listens.
    ///
    /// When it returns, queries are answered.
    ///
    /// - Throws: `CorefileErrors`, `RegistryError` or ``ServerError``, which say what to mend.
    public init(_ settings: ServerSettings) throws {
        self.settings = settings
        DescriptorLimit.raise()
        connections = ConnectionCounter(limit: settings.streamLimits.connectionCountMax)
        logThread = try WorkerThread(name: "martlet-log") { [log] in log.run() }
        let plan: ServingPlan
        var made: [ViewRequest: ViewFeed] = [:]
        do {
            plan = try Server.plan(settings, settings.listen, log)
            for request in plan.views {
                made[request] = try Server.makeFeed(request, settings, log)
            }
        } catch {
            // Nobody will call stop: the log's thread ends here, with its lines written.
            log.close()
            logThread.join()
            throw error
        }
        var listen = settings.listen.map { (address: $0, port: nil as UInt16?) }
        if listen.isEmpty { listen = Server.wildcards(plan.ports) }
        let views = plan.views.compactMap { made[$0]?.publisher }
        feeds = made
        source = VersionPublisher(
            Server.configuration(plan, views, isByPort: settings.listen.isEmpty)
        )
        do {
            try start(made)
            for address in listen {
                try open(address.address, attempts: Limits.portAttemptCountMax)
            }
        } catch {
            stop()
            throw error
        }
    }

    /// Reads the Corefile again and serves what it says now; on any error everything stays.
    ///
    /// - Throws: `CorefileErrors`, `RegistryError` or ``ServerError``, which say what to mend.
    public func reload() throws {
        let plan = try Server.plan(settings, addresses, log)
        if settings.listen.isEmpty {
            let ports = Set(addresses.map(\.port))
            if let added = plan.ports.first(where: { !ports.contains($0) }) {
                throw ServerError(
                    "port \(added) is not listened on yet",
                    mend: "restart the server to listen on another port"
                )
            }
        }
        var next: [ViewRequest: ViewFeed] = [:]
        var views: [ViewPublisher] = []
        for request in plan.views {
            let feed = try feeds[request] ?? Server.makeFeed(request, settings, log)
            next[request] = feed
            views.append(feed.publisher)
        }
        try start(next.filter { feeds[$0.key] == nil })
        source.publish(Server.configuration(plan, views, isByPort: settings.listen.isEmpty))
        for (request, feed) in feeds where next[request] == nil {
            feed.stop()
            feedThreads.removeValue(forKey: request)?.join()
        }
        feeds = next
    }

    /// Starts feeds, all or none.
    private func start(_ added: [ViewRequest: ViewFeed]) throws(ServerError) {
        var threads: [ViewRequest: WorkerThread] = [:]
        do throws(ServerError) {
            for (request, feed) in added { threads[request] = try feed.start() }
        } catch {
            for (request, thread) in threads {
                added[request]?.stop()
                thread.join()
            }
            throw error
        }
        feedThreads.merge(threads) { _, new in new }
    }

    /// Answers what has come in, then closes everything.
    public func stop() {
        for stream in streams { stream.stopAccepting() }
        for (worker, _) in workers { worker.stop() }
        for (_, thread) in workers { thread.join() }
        for stream in streams { stream.stop() }
        workers = []
        streams = []
        for feed in feeds.values { feed.stop() }
        for thread in feedThreads.values { thread.join() }
        feeds = [:]
        feedThreads = [:]
        log.close()
        logThread.join()
    }

    /// Listens on an address: TCP first, whose port nobody else can share unseen.
    private func open(_ address: ListenAddress, attempts: Int) throws {
        var bound = address
        let key = settings.listen.isEmpty ? address.port : nil
        // With port 0 the kernel chooses for TCP; UDP takes the same number.
        let stream = try StreamListener(
            address,
            port: key,
            source: source,
            connections: connections,
            limits: settings.streamLimits
        )
        bound.port = stream.address.port
        do {
            // A socket that is not shared shows whether another program has the port.
            _ = try DatagramSocket(bound, isShared: false)
        } catch {
            stream.stopAccepting()
            stream.stop()
            guard address.port == 0, attempts > 1 else { throw error }
            return try open(address, attempts: attempts - 1)
        }
        streams.append(stream)
        for number in 0..<settings.workerCount {
            let socket = try DatagramSocket(bound, isShared: true)
            let worker = DatagramWorker(socket, port: key ?? bound.port, source: source)
            workers.append((worker, try worker.start(number: number)))
        }
        addresses.append(bound)
    }

    private static func wildcards(
        _ ports: [UInt16]
    ) -> [(address: ListenAddress, port: UInt16?)] {
        ports.flatMap { port in
            [IPAddress(ipv4: 0), IPAddress(ipv6High: 0, low: 0)].map {
                (ListenAddress(address: $0, port: port), port)
            }
        }
    }

    private static func plan(
        _ settings: ServerSettings,
        _ listen: [ListenAddress],
        _ log: LogSink
    ) throws -> ServingPlan {
        let path = settings.corefile ?? "default configuration"
        let context = CorefileContext.process
        let corefile: Corefile
        if settings.corefile == nil {
            corefile = try Corefile(parsing: settings.defaultCorefile, file: path, context: context)
        } else {
            corefile = try Corefile(
                parsing: try Server.contents(of: path),
                file: path,
                context: context
            )
        }
        for warning in corefile.warnings { log.write("[WARNING] \(warning)") }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        return try ServingPlan(
            corefile,
            serverAddresses: HostAddresses.answering(listen),
            directory: directory,
            log: log
        )
    }

    private static func contents(of path: String) throws(ServerError) -> [UInt8] {
        do throws(CorefileFileError) {
            return try DiskFiles().contents(of: path)
        } catch {
            throw ServerError(
                "cannot read the Corefile \(path): \(error)",
                mend: "name a Corefile that can be read with --config"
            )
        }
    }

    private static func makeFeed(
        _ request: ViewRequest,
        _ settings: ServerSettings,
        _ log: LogSink
    ) throws -> ViewFeed {
        let store = try settings.openStore(request.registry)
        return try ViewFeed(store, options: request.options, log: log)
    }

    private static func configuration(
        _ plan: ServingPlan,
        _ views: [ViewPublisher],
        isByPort: Bool
    ) -> ServingConfiguration {
        // Addresses given by flag answer for all blocks, whatever ports their keys name.
        let all = RoutingTable(plan.routes.sorted { $0.key < $1.key }.flatMap(\.value))
        let tables = isByPort ? plan.routes.mapValues { RoutingTable($0) } : [:]
        return ServingConfiguration(tables: tables, common: all, views: views)
    }
}
