internal import Addresses
internal import ClusterView
internal import Corefile
internal import DNSWire
internal import Plugins

/// What a Corefile says, with its plugins set up and its views asked for but not yet made.
struct ServingPlan {
    /// The chains, by the port that their blocks name.
    var routes: [UInt16: [Route]]
    /// The ports that the Corefile names, sorted.
    var ports: [UInt16] { routes.keys.sorted() }
    /// The views that plugins asked for, by index.
    var views: [ViewRequest]

    /// Sets up the plugins of a Corefile.
    ///
    /// The server answers on `serverAddresses`; relative paths in directives start at `directory`.
    ///
    /// - Throws: ``CorefileErrors`` with everything that is wrong.
    init(
        _ corefile: Corefile,
        serverAddresses: [IPAddress],
        directory: String,
        log: LogSink
    ) throws(CorefileErrors) {
        routes = [:]
        views = []
        var errors: [CorefileError] = []
        for block in corefile.blocks {
            do {
                try add(block, serverAddresses, directory, log)
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
        _ log: LogSink
    ) throws(CorefileErrors) {
        let addresses = try block.addresses()
        var errors: [CorefileError] = []
        let position = block.keys.first?.position
        for address in addresses where address.scheme != .dns {
            errors.append(
                CorefileError(
                    at: position,
                    "\(address.scheme.rawValue)://: this transport is not in Martlet yet",
                    mend: "use dns://, or leave the scheme out"
                )
            )
        }
        let zones = addresses.compactMap { Name($0.zone) }
        var context = BlockContext(
            zones: zones,
            serverAddresses: serverAddresses,
            directory: directory,
            log: log,
            views: views
        )
        let chain: PluginChain
        do {
            chain = try PluginChain(block, context: &context)
        } catch {
            throw CorefileErrors(errors + error.errors)
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        views = context.views
        for (address, zone) in zip(addresses, zones) {
            let isTaken = routes[address.port, default: []].contains { $0.zone == zone }
            if isTaken {
                errors.append(
                    CorefileError(
                        at: position,
                        "cannot serve \(address) - it is already defined",
                        mend: "merge the two server blocks"
                    )
                )
                continue
            }
            routes[address.port, default: []].append(Route(zone: zone, chain: chain))
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
    }
}
