internal import Addresses
internal import ClusterView
internal import Corefile
internal import Dispatch
internal import Plugins
internal import Registry
internal import Synchronization
internal import Upstreams

/// The DNS server: listeners, workers, views, and what holds them together.
///
/// Used from one thread at a time: `start`, then any number of `reload`, then `stop`.
public final class Server {
    let settings: ServerSettings
    let services: ServerServices
    let status = ServerStatus()
    let lane: SlowLane
    private let log: LogSink
    private let logThread: WorkerThread
    private let laneThread: WorkerThread
    let endpoints: EndpointSet
    var feeds: [ViewRequest: ViewFeed] = [:]
    var feedThreads: [ViewRequest: WorkerThread] = [:]
    let source: VersionPublisher<ServingConfiguration>
    var listeners: [ListenerPlace: any Listener] = [:]
    /// What is listened on, in the order in which it was asked for.
    var places: [ListenerPlace] = []
    /// Where that is, with the ports that the kernel chose.
    var bound: [ListenerPlace] = []
    /// What the configuration that is served was read from.
    var origin: ConfigurationOrigin
    let gauges: ServerGauges
    /// The connections that are open.
    let connections: ConnectionCounter
    /// What the listeners were made with.
    var traits: [ListenerPlace: ListenerRequest.Traits] = [:]
    /// The process whose sockets this one takes over, until that is done.
    private(set) var predecessor: Predecessor?

    /// Loads the configuration and the views, and listens.
    ///
    /// When it returns, queries are answered.
    ///
    /// - Throws: `CorefileErrors`, `RegistryError` or ``ServerError``, which say what to mend.
    public init(_ settings: ServerSettings) throws {
        self.settings = settings
        DescriptorLimit.raise()
        connections = ConnectionCounter(limit: settings.streamLimits.connectionCountMax)
        let log = LogSink()
        self.log = log
        services = try ServerServices.make(log: log)
        lane = SlowLane(services)
        gauges = ServerGauges(services.metrics, version: settings.version)
        predecessor = settings.predecessor
        endpoints = EndpointSet(status)
        logThread = try WorkerThread(name: "martlet-log") { log.run() }
        let loop = services.loop
        do {
            laneThread = try WorkerThread(name: "martlet-slow") { loop.run() }
        } catch {
            log.close()
            logThread.join()
            throw error
        }
        // Until the first configuration is there, nothing is served.
        let nothing = ServingConfiguration(
            tables: [:],
            common: RoutingTable([]),
            views: [],
            services: services
        )
        source = VersionPublisher(nothing)
        origin = ConfigurationOrigin()
        do {
            try adopt(try Server.plan(settings, services))
            predecessor = nil
            forgetStart()
        } catch {
            stop()
            throw error
        }
    }

    /// What the server listens on for plain DNS, with the ports that the kernel chose.
    public var addresses: [ListenAddress] {
        bound.filter { $0.scheme == .dns }.map(\.address)
    }

    /// What the server listens on, as `dns://127.0.0.1:53`, with the ports that the kernel chose.
    public var listening: [String] {
        bound.map(\.description)
    }

    /// Where something is served over HTTP beside, by directive.
    public var endpointAddresses: [(directive: String, address: ListenAddress)] {
        endpoints.addresses
    }

    /// Where something is served over HTTP beside, as `http://127.0.0.1:9153`, by directive.
    public var endpointURLs: [(directive: String, url: String)] { endpoints.urls }

    /// How long to go on answering once the server is asked to end (`health { lameduck }`).
    public var lameduck: Duration { origin.lameduck }

    /// The SHA-512 of the configuration, which `reload` tells of; nil without `reload`.
    public var configurationDigest: String? { origin.digest }

    /// How long to wait until looking again whether the Corefile has changed; nil means never.
    public var reloadInterval: Duration? { origin.reloadInterval }

    /// Says that the server will end: `ready` closes, queries are still answered.
    public func beginEnding() {
        status.ends()
        endpoints.closeFirst()
    }

    /// Answers what has come in, then closes everything.
    public func stop() {
        stop(handsOver: false)
    }

    /// The open sockets, for a successor.
    var sockets: [HandedSocket] {
        listeners.values.flatMap(\.sockets) + endpoints.sockets
    }

    /// Answers what has come in, then ends; the sockets may go on in another process.
    ///
    /// - Parameters:
    ///   - handsOver: Whether somebody else answers what comes from now on.
    ///   - whenQuiet: Called once nothing new is taken from the queues of connections.
    func stop(handsOver: Bool, whenQuiet: () -> Void = {}) {
        status.ends()
        for listener in listeners.values { listener.stopAccepting(handsOver: handsOver) }
        whenQuiet()
        for listener in listeners.values { listener.stop() }
        listeners = [:]
        lane.drain(atMost: .seconds(Limits.drainSeconds))
        for feed in feeds.values { feed.stop() }
        for thread in feedThreads.values { thread.join() }
        feeds = [:]
        feedThreads = [:]
        endpoints.close()
        stopPlugins()
        services.loop.stop()
        laneThread.join()
        log.close()
        logThread.join()
    }

    /// Stops the plugins on the slow lane's thread, and waits for that.
    private func stopPlugins() {
        let configuration = source.current
        let done = DispatchSemaphore(value: 0)
        let isTaken = services.loop.post {
            configuration.stop()
            done.signal()
        }
        // If the mailbox is full, the loop ends without it, and the process soon after.
        if isTaken { _ = done.wait(timeout: .now() + .seconds(Int(Limits.drainSeconds))) }
    }
}
