public import ClusterView
public import DNSWire

/// How a query came in.
public enum Transport: UInt8, Sendable {
    /// A datagram.
    case udp
    /// A stream.
    case tcp

    /// The transport's name in logs and metrics.
    public var name: String { self == .udp ? "udp" : "tcp" }
}

/// One query on its way through the plugins, and the reply that they write.
///
/// It borrows everything from the worker that runs it: nothing in it is allocated, counted or kept
/// after the reply has left.
@safe
public struct Transaction: ~Copyable {
    /// The query, as read.
    public let query: QueryView
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
    /// How the query came in.
    public let transport: Transport
    /// A fresh random number.
    public let random: UInt32
    /// How many queries this one was made from: 0 for a client's own.
    public let depth: Int
    let snapshots: UnsafeBufferPointer<Unmanaged<ClusterSnapshot>>
    let resolver: Unmanaged<Resolver>

    /// Starts a transaction.
    ///
    /// The worker holds `snapshots`, the versions of its views, and `resolver`, whom plugins ask
    /// about other names, for as long as the batch takes.
    public init(
        query: QueryView,
        request: UnsafeRawBufferPointer,
        scratch: QueryScratch,
        spare: QueryScratch,
        response: ResponseWriter,
        client: ClientAddress,
        transport: Transport,
        random: UInt32,
        depth: Int,
        snapshots: UnsafeBufferPointer<Unmanaged<ClusterSnapshot>>,
        resolver: Unmanaged<Resolver>
    ) {
        self.query = query
        unsafe self.request = request
        self.scratch = scratch
        self.spare = spare
        self.response = response
        self.client = client
        self.transport = transport
        self.random = random
        self.depth = depth
        unsafe self.snapshots = snapshots
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
}
