internal import Addresses
internal import Corefile
internal import DNSWire
internal import Plugins

/// What a server would serve with some settings, without serving it.
public struct ServingReport: Sendable, Hashable {
    /// A server block of the Corefile.
    public struct Block: Sendable, Hashable {
        /// The zones that it answers for.
        public var zones: [String]
        /// Where it listens, such as `dns://:53`.
        public var listeners: [String]
        /// The names of its plugins, in the order in which they are asked.
        public var plugins: [String]
        /// The name of its view; empty without.
        public var view: String
    }

    /// Something that is served over HTTP beside.
    public struct Endpoint: Sendable, Hashable {
        /// The directive that asks for it.
        public var directive: String
        /// Where, such as `http://127.0.0.1:9153/metrics`.
        public var url: String
    }

    /// The server blocks, in the order of the Corefile.
    public var blocks: [Block] = []
    /// What is served over HTTP beside.
    public var endpoints: [Endpoint] = []
    /// What is legal but may hurt.
    public var warnings: [Advice] = []

    /// Reads the Corefile of some settings and sets up its plugins; nothing is opened or started.
    ///
    /// - Throws: `CorefileErrors` or ``ServerError``, with everything that is wrong.
    public init(_ settings: ServerSettings) throws {
        let services = try ServerServices.make(log: LogSink())
        let corefile = try Server.corefile(settings)
        let plan: ServingPlan
        do throws(CorefileErrors) {
            plan = try ServingPlan(
                corefile,
                serverAddresses: [],
                directory: Server.directory(settings),
                services: services,
                defaultPort: settings.defaultPort
            )
        } catch {
            throw CorefileErrors(error.errors, warnings: corefile.warnings + error.warnings)
        }
        warnings = (corefile.warnings.map { "\($0)" } + plan.warnings).map { Advice(text: $0) }
        let loops = LoopAdvice(
            plan,
            hostAddresses: HostAddresses.answering([]),
            directory: Server.directory(settings)
        )
        for block in corefile.blocks {
            warnings += loops.advice(block) + BlockAdvice(block).advice
        }
        var positions: [ObjectIdentifier: Int] = [:]
        for key in plan.listeners {
            for route in plan.routes[key] ?? [] {
                let chain = ObjectIdentifier(route.chain)
                let position = positions[chain] ?? blocks.count
                if position == blocks.count {
                    positions[chain] = position
                    blocks.append(
                        Block(
                            zones: [],
                            listeners: [],
                            plugins: route.chain.plugins.map(\.name),
                            view: route.info.view
                        )
                    )
                }
                blocks[position].add(zone: "\(route.zone)", listener: key.label)
            }
        }
        endpoints = plan.settings.flatMap(\.endpoints).map { request in
            let host = request.address.map {
                $0.isIPv4 ? "\($0)" : "[\($0)]"
            }
            let scheme = request.tls == nil ? "http" : "https"
            return Endpoint(
                directive: request.directive,
                url: "\(scheme)://\(host ?? ""):\(request.port)\(request.path)"
            )
        }
    }
}

extension ServingReport.Block {
    fileprivate mutating func add(zone: String, listener: String) {
        if !zones.contains(zone) { zones.append(zone) }
        if !listeners.contains(listener) { listeners.append(listener) }
    }
}
