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
public struct BlockContext {
    /// The zones of the block, as its keys say.
    public var zones: [Name]
    /// The addresses that the server answers on, for names of its own.
    public var serverAddresses: [IPAddress]
    /// The directory that relative paths in directives start from.
    public var directory: String
    /// Where plugins write lines for people.
    public var log: LogSink
    /// The views that were asked for so far, in the order of their indices.
    public private(set) var views: [ViewRequest]

    /// Creates the context of a block.
    public init(
        zones: [Name],
        serverAddresses: [IPAddress],
        directory: String,
        log: LogSink,
        views: [ViewRequest]
    ) {
        self.zones = zones
        self.serverAddresses = serverAddresses
        self.directory = directory
        self.log = log
        self.views = views
    }

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
}
