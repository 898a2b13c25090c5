public import Addresses
public import ClusterView
internal import Corefile
public import DNSWire

/// Which view of which registry a `kubernetes` block shows.
public struct ViewRequest: Sendable, Hashable {
    /// The registry's URL; nil means the one the server was started with.
    public var registry: String?
    /// What the view includes.
    public var options: ClusterIndex.Options

    /// Creates a request.
    public init(registry: String? = nil, options: ClusterIndex.Options = .init()) {
        self.registry = registry
        self.options = options
    }
}

/// What a plugin can learn and ask for while its server block is set up.
///
/// Directives are set up in the order of ``PluginDirective/all``, so that `root` has spoken before
/// a path is read.
public struct BlockContext {
    /// The zones of the block, as its keys say.
    public var zones: [Name]
    /// The addresses that the server answers on, where `bind` doesn't say so.
    public var serverAddresses: [IPAddress]
    /// Whether the server answers there whatever `bind` says.
    public var ignoresBind = false
    /// The directory that relative paths in directives start from.
    public var directory: String
    /// What the process has once: log, metrics, the slow lane.
    public var services: ServerServices
    /// How and where the block is served.
    public var settings = BlockSettings()
    /// What is legal but may hurt, with its place in the Corefile.
    public var warnings: [String] = []
    /// The views that were asked for so far, in the order of their indices.
    public private(set) var views: [ViewRequest]
    /// The plugins of the block that are set up already; the order is that of the directives.
    public internal(set) var plugins: [Plugin] = []
    /// Who gets the certificates of all blocks; nil if none asks for that.
    public var certificates: CertificatePlugin?
    /// The block itself, as it was read.
    var block: ServerBlock?
    /// The names of all directives in the block.
    public internal(set) var directives: Set<String> = []
    /// What runs when all plugins of the block are set up: for those that need a later one, such as
    /// `autopath @kubernetes`.
    var completions: [(BlockContext) throws(CorefileErrors) -> Void] = []

    /// Creates the context of a block.
    public init(
        zones: [Name],
        serverAddresses: [IPAddress],
        directory: String,
        services: ServerServices,
        views: [ViewRequest]
    ) {
        self.zones = zones
        self.serverAddresses = serverAddresses
        self.directory = directory
        self.services = services
        self.views = views
    }

    /// The addresses that the block is answered on, for the server's own names: those of `bind`,
    /// which is set up before plugins that answer.
    var ownAddresses: [IPAddress] {
        guard !ignoresBind, !settings.addresses.isEmpty else { return serverAddresses }
        var seen: Set<IPAddress> = []
        return settings.addresses.flatMap { bound in
            // All addresses of a family are the host's own of that family.
            bound.high == 0 && bound.low == 0
                ? serverAddresses.filter { $0.isIPv4 == bound.isIPv4 } : [bound]
        }.filter { seen.insert($0).inserted }
    }

    /// Where plugins write lines for people.
    public var log: LogSink { services.log }

    /// Asks for a view; blocks that show the same share it.
    ///
    /// - Returns: The index by which a transaction knows it.
    mutating func index(of request: ViewRequest) -> Int {
        if let index = views.firstIndex(of: request) { return index }
        views.append(request)
        return views.count - 1
    }

    /// A path of a directive, made absolute.
    func path(_ text: String) -> String {
        text.hasPrefix("/") || directory.isEmpty ? text : "\(directory)/\(text)"
    }

    /// Says that something is legal but may hurt, with the place of a directive.
    mutating func warn(_ directive: Directive?, _ text: String) {
        warnings.append("\(directive?.position.map { "\($0): " } ?? "")\(text)")
    }

    /// Runs `body` when all plugins of the block are set up.
    mutating func whenComplete(
        _ body: @escaping (BlockContext) throws(CorefileErrors) -> Void
    ) {
        completions.append(body)
    }
}
