internal import Corefile
internal import DNSWire

/// What an `autopath` directive says.
struct AutopathOptions: Sendable {
    /// The label that marks a search path.
    static let markerLabel = "search"
    /// Where the search list of the server's host is.
    static let hostPath = "/etc/resolv.conf"

    /// The zones of the names that are looked at.
    var zones: [Name] = []
    /// The search path that is the same for all clients; empty if there is none.
    var fixed: [Name] = []
    /// The name of the plugin that knows pods; nil if there is none.
    var plugin: String?
    /// The marker, as a name of one label.
    var marker: Name?
    /// The zones in which the marker is understood, if no plugin knows them.
    var markerZones: [Name] = []
    /// The domains of the server's host.
    var host: [Name] = []

    /// Why those domains are not known; nil if they are.
    var missing: String?

    /// Whether pods are looked for.
    var usesPods: Bool { plugin != nil }
}

extension PluginDirective {
    /// `autopath [ZONES…] RESOLV-CONF|@PLUGIN { … }`: walks the search path for the client.
    static let autopath = PluginDirective(
        name: "autopath",
        manual: autopathManual,
        make: makeAutopath
    )

    private static func makeAutopath(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let current = context
        let all = try directives.readEach { cursor in try AutopathOptions(&cursor, current) }
        guard let options = all.last, let directive = directives.last else { return nil }
        let plugin = AutopathPlugin(options, metrics: context.services.metrics)
        let wanted = options.plugin ?? "kubernetes"
        if let name = options.plugin, !context.directives.contains(name) {
            context.warn(directive, "autopath: there is no \(name) in the block: it does nothing")
        }
        if let missing = options.missing {
            context.warn(directive, "autopath: \(missing): the host's search list is left out")
        }
        context.whenComplete { context throws(CorefileErrors) in
            guard let found = context.plugins.first(where: { $0.name == wanted }) else { return }
            guard let kubernetes = found as? KubernetesPlugin else {
                throw CorefileErrors([
                    CorefileError(
                        at: directive.position,
                        "autopath: \(wanted) does not implement the AutoPather interface",
                        mend: "write @kubernetes, or the path of a resolv.conf"
                    )
                ])
            }
            plugin.connect(kubernetes)
        }
        return plugin
    }
}

extension AutopathOptions {
    /// Reads a directive.
    fileprivate init(
        _ cursor: inout DirectiveCursor,
        _ context: BlockContext
    ) throws(CorefileErrors) {
        let beginning = cursor
        let arguments = cursor.remainingArguments()
        for argument in arguments.dropLast() { zones += try cursor.zones(argument) }
        let hasZones = !zones.isEmpty
        if zones.isEmpty { zones = context.zones }
        var hostPath: String?
        try cursor.readOptions { option, cursor in
            switch option {
            case "marker":
                let label = cursor.hasArgument ? try cursor.argument() : Self.markerLabel
                guard let name = Name(label), name.labelCount == 1 else {
                    throw cursor.wrong(label, "is not a label", mend: "write such as search")
                }
                marker = name
            case "host_search":
                hostPath = try cursor.argument("a path, or none")
                if let path = hostPath, path != "none" {
                    host = try searchList(path, or: "none", cursor, context)
                }
            default: throw cursor.unknownOption(known: ["host_search", "marker"])
            }
        }
        do throws(CorefileError) {
            try readSource(arguments.last, beginning, context)
            guard marker == nil || hasZones || context.directives.contains("kubernetes") else {
                throw beginning.error(
                    "autopath: marker needs a zone",
                    mend: "add kubernetes to the block, or write zones before the last argument"
                )
            }
        } catch {
            throw CorefileErrors([error])
        }
        if hasZones { markerZones = zones }
        // A path that is the same for all clients has no need of the host's own list.
        guard hostPath == nil, usesPods || marker != nil else { return }
        do throws(CorefileFileError) {
            host = try SearchList(path: AutopathOptions.hostPath).domains
        } catch {
            // As in CoreDNS, a host without the file has no search list.
            missing = "\(AutopathOptions.hostPath): \(error)"
        }
    }

    /// The domains of a file that is named, and so must be there.
    ///
    /// `other` is what could stand in its place.
    private func searchList(
        _ path: String,
        or other: String,
        _ cursor: DirectiveCursor,
        _ context: BlockContext
    ) throws(CorefileError) -> [Name] {
        do throws(CorefileFileError) {
            return try SearchList(path: context.path(path)).domains
        } catch {
            throw cursor.error(
                "autopath: failed to parse \"\(path)\": \(error)",
                mend: "write the path of a resolv.conf, or \(other)"
            )
        }
    }

    private mutating func readSource(
        _ source: String?,
        _ cursor: DirectiveCursor,
        _ context: BlockContext
    ) throws(CorefileError) {
        guard let source else {
            guard marker == nil else { return }
            throw cursor.error(
                "autopath: no resolv-conf specified",
                mend: "write @kubernetes, or the path of a resolv.conf"
            )
        }
        if source.hasPrefix("@") {
            plugin = String(source.dropFirst())
            return
        }
        fixed = try searchList(source, or: "@kubernetes", cursor, context)
    }
}
