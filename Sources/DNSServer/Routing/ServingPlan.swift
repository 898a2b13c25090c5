internal import Addresses
internal import ClusterView
internal import Corefile
internal import DNSWire
internal import Plugins
internal import SecureTransport
internal import ZoneFiles

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
    /// The SHA-512 of ``octets`` in hexadecimal; nil without `reload`, which tells of it.
    var digest: String? {
        settings.contains { $0.reload != nil } ? Digest.sha512(octets) : nil
    }
    /// What is legal but may hurt.
    var warnings: [String] = []
    private var viewCount: UInt16 = 0
    /// Where each listener is named first.
    private var positions: [ListenerKey: SourcePosition] = [:]
    private let defaultPort: UInt16
    private let ignoresBind: Bool
    /// Who gets the certificates of all blocks; nil if none asks for that.
    private let certificates: CertificatePlugin?

    /// Sets up the plugins of a Corefile.
    ///
    /// The server answers on `serverAddresses`, and if `ignoresBind` on no others; relative paths
    /// in directives start at `directory`.
    ///
    /// - Throws: ``CorefileErrors`` with everything that is wrong.
    init(
        _ corefile: Corefile,
        serverAddresses: [IPAddress],
        ignoresBind: Bool = false,
        directory: String,
        services: ServerServices,
        defaultPort: UInt16 = 53
    ) throws(CorefileErrors) {
        self.defaultPort = defaultPort
        self.ignoresBind = ignoresBind
        octets = corefile.canonicalOctets
        certificates = CertificatePlugin(for: corefile, services)
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
        if errors.isEmpty { errors = withoutCertificate }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        warnings += unreachableChallenges
    }

    /// The warnings of names that no CA can look for here.
    private var unreachableChallenges: [String] {
        let zones = routes.filter { $0.key.scheme == .dns }.flatMap(\.value).map(\.zone)
        let names = certificates?.challengeNames ?? []
        return names.filter { name in !zones.contains { name.isSubdomain(of: $0) } }.map {
            "tls: acme: no dns:// server block takes \($0), where the CA looks for the record:"
                + " add one for its zone"
        }
    }

    /// The errors of listeners within TLS of which no block names a certificate.
    private var withoutCertificate: [CorefileError] {
        listeners.filter { key in
            key.scheme != .dns && routes[key]?.allSatisfy { $0.settings.tls == nil } == true
        }.map { key in
            CorefileError(
                at: positions[key],
                "\(key.label): no certificate is named",
                mend: "add tls CERTIFICATE KEY to the server block"
            )
        }
    }

    /// What the blocks of a listener say of it: the first one, or of its certificate the first one
    /// that names it.
    func settings(_ key: ListenerKey) -> BlockSettings {
        let all = routes[key]?.map(\.settings) ?? []
        var settings = all.first ?? BlockSettings()
        settings.tls = all.lazy.compactMap(\.tls).first
        if settings.tls?.managed.isEmpty == false {
            // The names of all blocks: a client says which it wants.
            var seen: Set<ManagedCertificate> = []
            settings.tls?.managed = all.flatMap { $0.tls?.managed ?? [] }
                .filter { seen.insert($0).inserted }
        }
        return settings
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
        context.ignoresBind = ignoresBind
        context.certificates = certificates
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
                if let error = conflict(route, key, token) {
                    errors.append(error)
                    continue
                }
                routes[key, default: []].append(route)
                positions[key] = positions[key] ?? token.position
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

    /// The error that a block before takes the same queries; nil if none does.
    ///
    /// Behind views, another block may have the same zone (CoreDNS `core/dnsserver/address.go`).
    private func conflict(_ route: Route, _ key: ListenerKey, _ token: Token) -> CorefileError? {
        func takes(_ key: ListenerKey) -> Bool {
            routes[key, default: []].contains {
                $0.zone == route.zone && $0.settings.view == nil
            }
        }
        let text = "\(key.scheme.rawValue)://\(route.zone):\(key.port)"
        if takes(key) {
            return CorefileError(
                at: token.position,
                "cannot serve \(text) - it is already defined",
                mend: "merge the two server blocks, or give the first one a view"
            )
        }
        let other = routes.keys.first { other in
            other.scheme == key.scheme && other.port == key.port
                && (other.address == nil) != (key.address == nil) && takes(other)
        }
        guard let other else { return nil }
        return CorefileError(
            at: token.position,
            "cannot serve \(text) - zone overlap listener capacity with \(other.label)",
            mend: "give both server blocks a bind, or neither"
        )
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
