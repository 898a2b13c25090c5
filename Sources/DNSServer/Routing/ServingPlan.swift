internal import Addresses
internal import ClusterView
internal import Corefile
internal import DNSWire
internal import Plugins

/// What a Corefile says, with its plugins set up and its views asked for but not yet made.
struct ServingPlan {
    /// The routes of each listener that the Corefile names.
    var routes: [ListenerKey: [Route]] = [:]
    /// The listeners that the Corefile names, sorted.
    var listeners: [ListenerKey] { routes.keys.sorted() }
    /// The views that plugins asked for, by index.
    var views: [ViewRequest] = []
    /// What is served over HTTP beside.
    var endpoints: [EndpointRequest] { settings.flatMap(\.endpoints) }
    /// The settings of each block, in the order of the Corefile.
    var settings: [BlockSettings] = []
    /// The Corefile in a form that changes exactly when it says something else.
    let octets: [UInt8]
    /// What is legal but may hurt.
    var warnings: [String] = []
    private var viewCount: UInt16 = 0
    private let defaultPort: UInt16

    /// Sets up the plugins of a Corefile.
    ///
    /// The server answers on `serverAddresses`; relative paths in directives start at `directory`.
    ///
    /// - Throws: ``CorefileErrors`` with everything that is wrong.
    init(
        _ corefile: Corefile,
        serverAddresses: [IPAddress],
        directory: String,
        services: ServerServices,
        defaultPort: UInt16 = 53
    ) throws(CorefileErrors) {
        self.defaultPort = defaultPort
        octets = corefile.canonicalOctets
        var errors: [CorefileError] = []
        for block in corefile.blocks {
            do {
                try add(block, serverAddresses, directory, services)
            } catch {
                errors.append(contentsOf: error.errors)
            }
        }
        if errors.isEmpty, routes.isEmpty {
            errors.append(
                CorefileError(
                    at: nil,
                    "the Corefile has no server block: nothing would be served",
                    mend: "add one, such as cluster.local { kubernetes }"
                )
            )
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
    }

    private mutating func add(
        _ block: ServerBlock,
        _ serverAddresses: [IPAddress],
        _ directory: String,
        _ services: ServerServices
    ) throws(CorefileErrors) {
        var errors: [CorefileError] = []
        var served: [(key: Token, address: ServerAddress, zone: Name)] = []
        for (key, address) in try block.keyedAddresses() {
            if let zone = Name(address.zone) {
                served.append((key, address, zone))
            } else {
                errors.append(
                    CorefileError(
                        at: key.position,
                        "\(address.zone) is no domain name",
                        mend: "labels have 1 to 63 octets, and the whole name at most 255"
                    )
                )
            }
        }
        for (key, address, _) in served where !ServingPlan.schemes.contains(address.scheme) {
            errors.append(
                CorefileError(
                    at: key.position,
                    "\(address.scheme.rawValue)://: this transport is not in Martlet yet",
                    mend: "use dns://, tls:// or https://"
                )
            )
        }
        var context = BlockContext(
            zones: served.map(\.zone),
            serverAddresses: serverAddresses,
            directory: directory,
            services: services,
            views: views
        )
        let chain: PluginChain
        do {
            chain = try PluginChain(block, context: &context)
        } catch {
            throw CorefileErrors(errors + error.errors)
        }
        views = context.views
        settings.append(context.settings)
        warnings += context.warnings
        if context.settings.view != nil { viewCount += 1 }
        for (token, address, zone) in served {
            for key in keys(address, context.settings) {
                let route = Route(
                    zone: zone,
                    chain: chain,
                    settings: context.settings,
                    info: info(zone, key, chain, context.settings, services)
                )
                if isTaken(route, key) {
                    errors.append(
                        CorefileError(
                            at: token.position,
                            "cannot serve \(address) - it is already defined",
                            mend: "merge the two server blocks, or give them a view each"
                        )
                    )
                    continue
                }
                routes[key, default: []].append(route)
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
    }

    private static let schemes: Set<ServerAddress.Scheme> = [.dns, .tls, .https]

    private func keys(
        _ address: ServerAddress,
        _ settings: BlockSettings
    ) -> [ListenerKey] {
        let port = address.port(plain: defaultPort)
        guard !settings.addresses.isEmpty else {
            return [ListenerKey(scheme: address.scheme, address: nil, port: port)]
        }
        return settings.addresses.map {
            ListenerKey(scheme: address.scheme, address: $0, port: port)
        }
    }

    /// Whether a block before takes the same queries: views may share a zone.
    private func isTaken(_ route: Route, _ key: ListenerKey) -> Bool {
        routes[key, default: []].contains {
            $0.zone == route.zone && $0.settings.view == nil && route.settings.view == nil
        }
    }

    private func info(
        _ zone: Name,
        _ key: ListenerKey,
        _ chain: PluginChain,
        _ settings: BlockSettings,
        _ services: ServerServices
    ) -> RouteInfo {
        let view = settings.view?.name ?? ""
        let counters =
            settings.countsRequests
            ? RequestCounters(
                services.metrics,
                server: key.label,
                zone: "\(zone)",
                view: view,
                plugins: chain.plugins.map(\.name)
            ) : nil
        return RouteInfo(
            zone: zone,
            server: key.label,
            view: view,
            viewNumber: view.isEmpty ? 0 : viewCount,
            counters: counters,
            readsMetadata: !settings.metadataZones.isEmpty
        )
    }

    /// Makes what workers need of the plan and the views that it asked for.
    ///
    /// Addresses given by flag answer for all blocks of `dns://`, whatever their keys name.
    func configuration(
        _ views: [ViewPublisher],
        _ services: ServerServices
    ) -> ServingConfiguration {
        var tables: [ListenerKey: RoutingTable] = [:]
        for (key, routes) in routes {
            tables[key] = RoutingTable(routes, dropped: dropped(key, routes, services))
        }
        let common = listeners.filter { $0.scheme == .dns }.flatMap { routes[$0] ?? [] }
        let first = listeners.first { $0.scheme == .dns }
        return ServingConfiguration(
            tables: tables,
            common: RoutingTable(common, dropped: first.flatMap { dropped($0, common, services) }),
            views: views,
            services: services
        )
    }

    private func dropped(
        _ key: ListenerKey,
        _ routes: [Route],
        _ services: ServerServices
    ) -> RequestCounters? {
        guard routes.contains(where: \.settings.countsRequests) else { return nil }
        return RequestCounters(
            services.metrics,
            server: key.label,
            zone: "dropped",
            view: "",
            plugins: []
        )
    }
}
