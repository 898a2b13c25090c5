public import Addresses

/// A request, complete and within the limits.
public struct HTTPRequest: Sendable, Hashable {
    /// The method, as `GET`.
    public var method: String
    /// The path, as it was sent: `/dns-query`.
    public var path: String
    /// What follows the first question mark; nil if there is none.
    public var query: String?
    /// The fields of the head, in their order.
    public var fields: [HTTPField]
    /// The body.
    public var body: [UInt8]
    /// The address it came from.
    public var client: IPAddress
    /// The port it came from.
    public var clientPort: UInt16
    /// Whether it came by HTTP/2.
    public var isHTTP2: Bool

    /// Creates a request.
    public init(
        method: String,
        path: String,
        query: String? = nil,
        fields: [HTTPField] = [],
        body: [UInt8] = [],
        client: IPAddress = IPAddress(ipv4: 0),
        clientPort: UInt16 = 0,
        isHTTP2: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.body = body
        self.client = client
        self.clientPort = clientPort
        self.isHTTP2 = isHTTP2
    }

    /// The value of the first field that is called so; nil if there is none.
    public func value(of name: String) -> String? {
        fields.first { $0.isCalled(name) }?.value
    }

    /// Splits a request's target into path and query (RFC 9112 §3.2).
    ///
    /// A target that is a whole URI, as proxies get it, is read from its path on.
    static func split(target: String) -> (path: String, query: String?) {
        var rest = target[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
            let host = rest[scheme.upperBound...]
            guard let end = host.firstIndex(where: { $0 == "/" || $0 == "?" }) else {
                return ("/", nil)
            }
            rest = host[end...]
            if rest.hasPrefix("?") { return ("/", String(rest.dropFirst())) }
        }
        guard let mark = rest.firstIndex(of: "?") else { return (String(rest), nil) }
        return (String(rest[..<mark]), String(rest[rest.index(after: mark)...]))
    }
}

/// What answers a request; it is cancelled if the client goes away or the time for it is over.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPReply
