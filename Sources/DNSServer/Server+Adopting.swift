internal import Addresses
internal import ClusterView
internal import Corefile
internal import Plugins
internal import Registry

extension Server {
    /// Reads the Corefile again and serves what it says now; on any error everything stays.
    ///
    /// What the new configuration adds is opened before anything of the old one is closed, and the
    /// sockets of both go on: no query is lost.
    ///
    /// - Throws: `CorefileErrors`, `RegistryError` or ``ServerError``, which say what to mend.
    public func reload() throws {
        do {
            try adopt(try Server.plan(settings, addresses, services))
        } catch {
            gauges.countFailedReload()
            throw error
        }
    }

    /// Reloads if the Corefile says something else than before, files it imports included.
    ///
    /// A Corefile that can't be served is tried once, not again until it changes.
    ///
    /// - Returns: Whether something else is served now.
    /// - Throws: As ``reload()``.
    public func reloadIfChanged() throws -> Bool {
        let octets: [UInt8]
        do {
            octets = try Server.corefile(settings).canonicalOctets
        } catch {
            let text = Array("\(error)".utf8)
            guard origin.tried != text else { return false }
            origin.tried = text
            gauges.countFailedReload()
            throw error
        }
        guard octets != origin.octets, octets != origin.tried else { return false }
        origin.tried = octets
        try reload()
        return true
    }

    /// Serves a plan: first everything is made that it adds, then the swap, then the rest closes.
    func adopt(_ plan: ServingPlan) throws {
        let requests = plan.settings.flatMap(\.endpoints)
        if source.current.tables.isEmpty, places.isEmpty {
            // At the start the endpoints come first: they tell how far the server is.
            try endpoints.adopt(requests)
        }
        let (next, added) = try makeFeeds(plan.views)
        let configuration = plan.configuration(
            plan.views.compactMap { next[$0]?.publisher },
            services
        )
        let wanted = listenerRequests(plan)
        var opened: [ListenerPlace: any Listener] = [:]
        do {
            try start(added)
            for plugin in configuration.plugins { try plugin.start() }
            try endpoints.adopt(requests)
            let old = source.current
            source.publish(configuration)
            do {
                for request in wanted
                where listeners[request.place] == nil && opened[request.place] == nil {
                    opened[request.place] = try open(request)
                }
            } catch {
                source.publish(old)
                try? endpoints.adopt(old.endpoints)
                throw error
            }
        } catch {
            for listener in opened.values {
                listener.stopAccepting()
                listener.stop()
            }
            for request in added.keys { stopFeed(request, next[request]) }
            throw error
        }
        listeners.merge(opened) { _, new in new }
        close(except: Set(wanted.map(\.place)))
        for (request, feed) in feeds where next[request] == nil { stopFeed(request, feed) }
        feeds = next
        places = wanted.map(\.place)
        bound = places.compactMap { listeners[$0]?.place }
        origin = ConfigurationOrigin(plan)
        inheritance.closeRest()
        status.serves(configuration.plugins)
        gauges.adopt(plan, listeners: Array(listeners.values))
    }

    private func close(except places: Set<ListenerPlace>) {
        let gone = listeners.filter { !places.contains($0.key) }
        for listener in gone.values { listener.stopAccepting() }
        for (place, listener) in gone {
            listener.stop()
            listeners[place] = nil
        }
    }

    /// What to listen on: the addresses given by flag, or those that the Corefile names.
    private func listenerRequests(_ plan: ServingPlan) -> [ListenerRequest] {
        var requests: [ListenerRequest] = []
        for address in settings.listen {
            let place = ListenerPlace(scheme: .dns, address: address)
            let first = plan.listeners.first { $0.scheme == .dns }
            let block = first.flatMap { plan.routes[$0]?.first?.settings } ?? BlockSettings()
            requests.append(ListenerRequest(place: place, key: ListenerKey?.none, settings: block))
        }
        for key in plan.listeners where settings.listen.isEmpty || key.scheme != .dns {
            let block = plan.routes[key]?.first?.settings ?? BlockSettings()
            let all = [IPAddress(ipv4: 0), IPAddress(ipv6High: 0, low: 0)]
            for address in key.address.map({ [$0] }) ?? all {
                let address = ListenAddress(address: address, port: key.port)
                let place = ListenerPlace(scheme: key.scheme, address: address)
                requests.append(ListenerRequest(place: place, key: key, settings: block))
            }
        }
        return requests
    }

    private func open(_ request: ListenerRequest) throws(ServerError) -> any Listener {
        let source = ListenerSource(
            configuration: source,
            key: request.key,
            lane: lane,
            services: services
        )
        let context = ListenerContext(
            workerCount: settings.workerCount,
            connections: connections,
            streamLimits: settings.streamLimits,
            inheritance: inheritance
        )
        switch request.place.scheme {
        case .tls: return try TLSListener(request, source: source, server: context)
        case .https: return try HTTPSListener(request, source: source, server: context)
        default: return try DNSListener(request, source: source, server: context)
        }
    }

    /// Finds the feeds of views, and makes those that are not there yet.
    private func makeFeeds(
        _ requests: [ViewRequest]
    ) throws -> (all: [ViewRequest: ViewFeed], added: [ViewRequest: ViewFeed]) {
        var all: [ViewRequest: ViewFeed] = [:]
        var added: [ViewRequest: ViewFeed] = [:]
        for request in requests {
            if let feed = feeds[request] {
                all[request] = feed
            } else {
                let store = try settings.openStore(request.registry)
                added[request] = try ViewFeed(store, options: request.options, log: services.log)
                all[request] = added[request]
            }
        }
        return (all, added)
    }

    /// Starts feeds, all or none.
    private func start(_ added: [ViewRequest: ViewFeed]) throws(ServerError) {
        for (request, feed) in added { feedThreads[request] = try feed.start() }
    }

    private func stopFeed(_ request: ViewRequest, _ feed: ViewFeed?) {
        feed?.stop()
        feedThreads.removeValue(forKey: request)?.join()
    }
}

/// What a configuration was read from, and what it says of the process.
struct ConfigurationOrigin {
    /// The Corefile in a form that changes exactly when it says something else.
    var octets: [UInt8] = []
    /// What was tried last, if it could not be served.
    var tried: [UInt8] = []
    /// How long to go on answering once the server is asked to end.
    var lameduck: Duration = .zero
    /// How long to wait until looking again whether the Corefile has changed; nil means never.
    var reloadInterval: Duration?

    /// Says nothing yet.
    init() {}

    /// Says what a plan was made from.
    init(_ plan: ServingPlan) {
        octets = plan.octets
        lameduck = plan.settings.map(\.lameduck).max() ?? .zero
        reloadInterval = plan.settings.compactMap(\.reload).first.map { reload in
            let half = reload.jitter / 2
            return reload.interval + half * Double.random(in: -1...1)
        }
    }
}
