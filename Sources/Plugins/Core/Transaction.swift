internal import ClusterView
public import DNSWire

/// How a query came in.
public enum Transport: UInt8, Sendable {
    /// A datagram.
    case udp
    /// A stream.
    case tcp
    /// A stream within TLS (RFC 7858).
    case tls
    /// A request over HTTPS (RFC 8484).
    case https

    /// The transport's name in logs and metrics.
    public var name: String { self == .udp ? "udp" : "tcp" }
}

/// One query on its way through the plugins, and the reply that they write.
///
/// It borrows everything from the worker that runs it: nothing in it is allocated, counted or kept
/// after the reply has left.
@frozen
@safe
public struct Transaction: ~Copyable {
    /// The query, as read; plugins on the way may have changed its flags and payload size.
    public var query: QueryView
    /// The packet that holds it.
    public let request: UnsafeRawBufferPointer
    /// The scratch memory that holds the query's name.
    public let scratch: QueryScratch
    /// Scratch memory for other names.
    public let spare: QueryScratch
    /// The reply.
    public var response: ResponseWriter
    /// Who asked.
    public let client: ClientAddress
    /// Whom the client asked.
    public let local: LocalAddress
    /// How the query came in.
    public let transport: Transport
    /// A fresh random number; the same one each time that the query is answered again.
    public let random: UInt32
    /// How many queries this one was made from: 0 for a client's own.
    public let depth: Int
    /// When the query came in: nanoseconds of the monotonic clock.
    public let start: UInt64
    /// Until when the query may wait for others: nanoseconds of the monotonic clock (`cancel`).
    public internal(set) var deadline: UInt64 = .max
    /// The number in the chain of the plugin that was reached last: who answered.
    public internal(set) var reached: Int = 0
    /// The cache that stands in front of upstreams, set by a `cache` plugin on the way.
    public var cache: Unmanaged<ReplyCache>?
    /// Whether the query renews what a cache holds, so that the cache must not answer it.
    public let isRefresh: Bool
    /// Whether it was made from another query by a plugin of the same chain.
    var isNested = false
    /// How the query came to its chain; set by the server.
    public var route: Unmanaged<RouteInfo>?
    /// What the worker lends; it holds it for as long as the batch takes.
    ///
    /// Functions that change it copy the pointer first: a change through `self` crashes Swift 6.3
    /// under ThreadSanitizer.
    @usableFromInline let desk: UnsafeMutablePointer<WorkerDesk>
    @usableFromInline let resolver: Unmanaged<Resolver>

    /// Starts a transaction.
    ///
    /// The worker holds what `desk` lends, and `resolver`, whom plugins ask about other names, for
    /// as long as the batch takes.
    @inlinable
    public init(
        query: QueryView,
        request: UnsafeRawBufferPointer,
        scratch: QueryScratch,
        spare: QueryScratch,
        response: ResponseWriter,
        origin: QueryOrigin,
        desk: UnsafeMutablePointer<WorkerDesk>,
        resolver: Unmanaged<Resolver>
    ) {
        self.query = query
        unsafe self.request = request
        self.scratch = scratch
        self.spare = spare
        self.response = response
        client = origin.client
        local = origin.local
        transport = origin.transport
        random = origin.random
        depth = origin.depth
        start = origin.start
        isRefresh = origin.isRefresh
        unsafe self.desk = desk
        unsafe self.resolver = resolver
    }

    /// The question's name in the case it was asked, as a value of its own.
    ///
    /// Allocates: for plugins outside of the packet path only.
    public var questionName: Name {
        let start = QueryView.headerOctetCount
        let end = start + query.nameOctetCount
        guard end <= requestOctetCount,
            let name = unsafe try? Name(wire: Array(request[start..<end]))
        else { return .root }
        return name
    }

    /// Octets of the packet that holds the query.
    public var requestOctetCount: Int { unsafe request.count }

    /// The question's type.
    public var questionType: RecordType { RecordType(rawValue: query.type) }

    /// Where the query comes from, for queries made from it.
    var origin: QueryOrigin {
        QueryOrigin(
            client: client,
            local: local,
            transport: transport,
            random: random,
            depth: depth,
            start: start,
            isRefresh: isRefresh
        )
    }

    /// The version of a view that this query sees.
    func withSnapshot<Result>(_ index: Int, _ body: (ClusterSnapshot) -> Result) -> Result {
        unsafe desk.pointee.snapshots[index]._withUnsafeGuaranteedRef { body($0) }
    }
}

/// Where a query comes from.
@frozen
public struct QueryOrigin: Sendable {
    /// Who asked.
    public var client: ClientAddress
    /// Whom the client asked.
    public var local: LocalAddress
    /// How the query came in.
    public var transport: Transport
    /// A fresh random number.
    public var random: UInt32
    /// How many queries this one was made from.
    public var depth: Int
    /// When it came in: nanoseconds of the monotonic clock.
    public var start: UInt64
    /// Whether it renews what a cache holds.
    public var isRefresh: Bool

    /// Describes where a query comes from.
    public init(
        client: ClientAddress,
        local: LocalAddress,
        transport: Transport,
        random: UInt32,
        depth: Int = 0,
        start: UInt64 = 0,
        isRefresh: Bool = false
    ) {
        self.client = client
        self.local = local
        self.transport = transport
        self.random = random
        self.depth = depth
        self.start = start
        self.isRefresh = isRefresh
    }
}
