internal import Addresses
internal import CLinuxNet
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
            try adopt(try Server.plan(settings, services))
            forgetStart()
        } catch {
            gauges.countFailedReload()
            throw error
        }
    }

    /// Gives back memory that is needed to read a configuration and a registry, not to serve them:
    /// half of the code that is in memory by then.
    func forgetStart() {
        _ = cln_forget_code()
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

    /// What is made of a plan before anything of what is served changes.
    private struct Preparation {
        var feeds: [ViewRequest: ViewFeed] = [:]
        var addedFeeds: [ViewRequest: ViewFeed] = [:]
        var endpoints = EndpointSet.Preparation()
        var requests: [ListenerRequest] = []
        var listeners: [ListenerPlace: any Listener] = [:]
    }

    /// Serves a plan: first everything is made that it adds, then the swap, then the rest closes.
    func adopt(_ plan: ServingPlan) throws {
        var next = Preparation()
        let old = source.current
        var areStarted = false
        do {
            if places.isEmpty, predecessor == nil {
                // At the start the endpoints come first: they tell how far the server is.
                endpoints.commit(try endpoints.prepare(plan.endpoints, settings.inheritance))
            }
            try makeFeeds(plan.views, &next)
            let configuration = plan.configuration(
                plan.views.compactMap { next.feeds[$0]?.publisher },
                services
            )
            try configuration.start()
            next.endpoints = try endpoints.prepare(plan.endpoints, settings.inheritance)
            next.requests = listenerRequests(plan)
            try openListeners(&next)
            // From here on only want of memory or threads can be in the way.
            try predecessor?.takeOver()
            source.publish(configuration)
            areStarted = true
            try startListeners(next)
        } catch {
            if areStarted { source.publish(old) }
            abandon(next, areStarted: areStarted)
            throw error
        }
        endpoints.commit(next.endpoints)
        replaceListeners(next)
        for (request, feed) in feeds where next.feeds[request] == nil { stopFeed(request, feed) }
        feeds = next.feeds
        origin = ConfigurationOrigin(plan)
        settings.inheritance.closeRest()
        status.serves(source.current.plugins)
        gauges.adopt(plan, listeners: Array(listeners.values))
        refresh()
        for plugin in source.current.plugins { plugin.beginServing() }
    }

    /// Undoes what was prepared, so that everything is as it was.
    private func abandon(_ next: Preparation, areStarted: Bool) {
        for (place, listener) in next.listeners {
            listener.stopAccepting(handsOver: listeners[place] != nil)
            listener.stop()
        }
        if areStarted {
            for place in next.listeners.keys {
                listeners[place]?.stop()
                do {
                    try listeners[place]?.start()
                } catch {
                    services.log.write("[ERROR] \(place) can't be listened on again: \(error)")
                }
            }
        }
        endpoints.abandon(next.endpoints)
        for (request, feed) in next.addedFeeds { stopFeed(request, feed) }
    }

    /// Lets go of the configuration before, wherever nothing is asked.
    private func refresh() {
        for listener in listeners.values { listener.refresh() }
        lane.refresh(source.current)
    }

    // MARK: Listeners

    /// What to listen on: the addresses given by flag, or those that the Corefile names.
    private func listenerRequests(_ plan: ServingPlan) -> [ListenerRequest] {
        var requests: [ListenerRequest] = []
        for address in settings.listen {
            let place = ListenerPlace(scheme: .dns, address: address)
            let first = plan.listeners.first { $0.scheme == .dns }
            let block = first.map(plan.settings) ?? BlockSettings()
            requests.append(ListenerRequest(place: place, key: ListenerKey?.none, settings: block))
        }
        for key in plan.listeners where settings.listen.isEmpty || key.scheme != .dns {
            let block = plan.settings(key)
            let all = HostAddresses.wildcards(key.scheme)
            for address in key.address.map({ [$0] }) ?? all {
                let address = ListenAddress(address: address, port: key.port)
                let place = ListenerPlace(scheme: key.scheme, address: address)
                requests.append(ListenerRequest(place: place, key: key, settings: block))
            }
        }
        var seen: Set<ListenerPlace> = []
        return requests.filter { seen.insert($0.place).inserted }
    }

    /// Opens the listeners that are not there, or are there with other traits.
    private func openListeners(_ next: inout Preparation) throws(ServerError) {
        for request in next.requests {
            if let present = listeners[request.place] {
                guard traits[request.place] != request.traits else { continue }
                let copies = SocketInheritance(copying: present)
                next.listeners[request.place] = try open(request, copies)
                continue
            }
            let others = listeners.values.filter { $0.place.overlaps(request.place) }
            // Until it closes, a listener of the old configuration may have the port.
            for socket in others.flatMap(\.sockets) where socket.kind == .stream {
                StreamSocket.share(socket.descriptor)
            }
            next.listeners[request.place] = try open(
                request,
                settings.inheritance,
                sharesPorts: !others.isEmpty
                    || next.requests.contains { other in
                        // One for all addresses, and one for some of them.
                        other.place.address != request.place.address
                            && other.place.overlaps(request.place)
                    }
            )
        }
    }

    private func open(
        _ request: ListenerRequest,
        _ inheritance: SocketInheritance,
        sharesPorts: Bool = false
    ) throws(ServerError) -> any Listener {
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
            inheritance: inheritance,
            sharesPorts: sharesPorts
        )
        switch request.place.scheme {
        case .tls: return try TLSListener(request, source: source, server: context)
        case .https: return try HTTPSListener(request, source: source, server: context)
        default: return try DNSListener(request, source: source, server: context)
        }
    }

    /// Starts the new listeners; those whose sockets they share take nothing new before.
    private func startListeners(_ next: Preparation) throws(ServerError) {
        for (place, listener) in next.listeners {
            listeners[place]?.stopAccepting(handsOver: true)
            try listener.start()
        }
    }

    /// Puts the new listeners in the place of those before, and closes what nobody asks for.
    private func replaceListeners(_ next: Preparation) {
        let wanted = Set(next.requests.map(\.place))
        let replaced = listeners.filter { next.listeners[$0.key] != nil }
        let gone = listeners.filter { !wanted.contains($0.key) }
        for listener in gone.values { listener.stopAccepting(handsOver: false) }
        for listener in replaced.values { listener.stop() }
        for (place, listener) in gone {
            listener.stop()
            listeners[place] = nil
        }
        listeners.merge(next.listeners) { _, new in new }
        traits = Dictionary(uniqueKeysWithValues: next.requests.map { ($0.place, $0.traits) })
        places = next.requests.map(\.place)
        bound = places.compactMap { listeners[$0]?.place }
    }

    // MARK: Views

    /// Finds the feeds of views, and makes and starts those that are not there yet.
    private func makeFeeds(_ requests: [ViewRequest], _ next: inout Preparation) throws {
        for request in requests {
            if let feed = feeds[request] {
                next.feeds[request] = feed
                continue
            }
            let store = try settings.openStore(request.registry)
            let feed = try ViewFeed(
                store,
                options: request.options,
                log: services.log,
                metrics: services.metrics
            )
            feedThreads[request] = try feed.start()
            next.feeds[request] = feed
            next.addedFeeds[request] = feed
        }
    }

    private func stopFeed(_ request: ViewRequest, _ feed: ViewFeed?) {
        feed?.stop()
        feedThreads.removeValue(forKey: request)?.join()
    }
}
