public import Addresses
public import DNSWire
public import SecureTransport

/// What the directives of a server block say that are no plugins of the chain: how and where the
/// block is served.
public struct BlockSettings: Sendable {
    /// `bind`: the addresses that the block is served on; empty means all.
    public var addresses: [IPAddress] = []
    /// `multisocket`: sockets for each address; nil means one for each worker.
    public var socketCount: Int?
    /// `tls`: the certificate for `tls://` and `https://` keys.
    public var tls: ServerTLSSettings?
    /// `timeouts`: the bounds of connections; nil where the default holds.
    public var timeouts = TimeoutSettings()
    /// `https`: connections at once of `https://` keys; 0 means any number; nil means 200.
    public var httpsConnectionCountMax: Int?
    /// `reload`: how often the Corefile is looked at.
    public var reload: ReloadSettings?
    /// `health`, `ready`, `prometheus`: what is served over HTTP beside.
    public var endpoints: [EndpointRequest] = []
    /// `health { lameduck }`: how long to answer after a request to end.
    public var lameduck: Duration = .zero
    /// `view`: which queries the block answers; nil means all.
    public var view: ViewFilter?
    /// `prometheus`: whether the block's queries are counted.
    public var countsRequests = false
    /// `metadata`: the zones for which plugins tell what they know.
    public var metadataZones: [Name] = []
    /// `debug`: whether details are logged.
    public var isDebugging = false
    /// `shed`: whether replies are dropped rather than waited for when the socket is full.
    public var shedsLoad = false
    /// `chaos`: whether questions of class CH are taken.
    public var takesChaosClass = false
    /// `forward`: whether questions of classes other than IN are taken.
    public var takesOtherClasses = false

    /// Creates the settings of a block without such directives.
    public init() {}
}

/// `timeouts`: the bounds of connections.
public struct TimeoutSettings: Sendable, Hashable {
    /// How long a client may take to send a query.
    public var read: Duration?
    /// How long a client may take to accept a reply.
    public var write: Duration?
    /// How long a connection may be without a query.
    public var idle: Duration?
    /// Queries that a connection may bring; nil means any number.
    public var queryCountMax: Int?

    /// Creates settings that leave everything as it is.
    public init() {}
}

/// `reload`: how often the Corefile is looked at for changes.
public struct ReloadSettings: Sendable, Hashable {
    /// The time between two looks.
    public var interval: Duration
    /// The range, around the interval, of what is added by chance.
    public var jitter: Duration

    /// Creates settings.
    public init(interval: Duration, jitter: Duration) {
        self.interval = interval
        self.jitter = jitter
    }
}

/// `view`: the name of a view, and which queries it takes.
public struct ViewFilter: Sendable {
    /// The view's name.
    public var name: String
    /// Whether the view takes a query.
    public var accepts: @Sendable (borrowing Transaction) -> Bool

    /// Creates a filter.
    public init(name: String, accepts: @escaping @Sendable (borrowing Transaction) -> Bool) {
        self.name = name
        self.accepts = accepts
    }
}

/// Something served over HTTP beside the DNS: `health`, `ready`, `prometheus`.
public struct EndpointRequest: Sendable {
    /// The directive that asks for it.
    public var directive: String
    /// The address to listen on; nil means all.
    public var address: IPAddress?
    /// The port to listen on.
    public var port: UInt16
    /// The path of the requests that are answered.
    public var path: String
    /// The certificate; nil serves in the clear.
    public var tls: ServerTLSSettings?
    /// Whether it closes at once when the server is asked to end (`ready`), rather than with it.
    public var closesFirst: Bool
    /// Answers a request.
    public var respond: @Sendable (EndpointState) -> EndpointReply

    /// Creates a request.
    public init(
        directive: String,
        address: IPAddress?,
        port: UInt16,
        path: String,
        tls: ServerTLSSettings? = nil,
        closesFirst: Bool = false,
        respond: @escaping @Sendable (EndpointState) -> EndpointReply
    ) {
        self.directive = directive
        self.address = address
        self.port = port
        self.path = path
        self.tls = tls
        self.closesFirst = closesFirst
        self.respond = respond
    }
}

/// What an endpoint can learn of the server.
public struct EndpointState: Sendable {
    /// The names of the plugins that aren't ready, sorted, each once.
    public var notReady: [String]
    /// Whether the server was asked to end.
    public var isEnding: Bool

    /// Describes the server.
    public init(notReady: [String], isEnding: Bool) {
        self.notReady = notReady
        self.isEnding = isEnding
    }
}

/// What an endpoint replies.
public struct EndpointReply: Sendable, Hashable {
    /// The status of HTTP.
    public var status: Int
    /// The media type of the body.
    public var contentType: String
    /// The body.
    public var body: [UInt8]

    /// Creates a reply.
    public init(
        status: Int = 200,
        contentType: String = "text/plain; charset=utf-8",
        body: [UInt8]
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
