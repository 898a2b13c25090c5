/// What a client of a service may use, and how long it may take.
public struct HTTPLimits: Sendable, Hashable {
    /// Connections open at once; nil means as many as the system allows.
    public var connectionCountMax: Int?
    /// Octets of a request's head, its target included.
    public var headOctetsMax: Int
    /// Octets of a request's body.
    public var bodyOctetsMax: Int
    /// How long a request, or the handshake of TLS, may take to come in.
    public var readTime: Duration
    /// How long the handler may take; then the client is told to try again later.
    public var replyTime: Duration
    /// How long the client may take to take the reply.
    public var writeTime: Duration
    /// How long a connection may be without a request.
    public var idleTime: Duration

    /// Creates limits.
    public init(
        connectionCountMax: Int? = 200,
        headOctetsMax: Int = 16 * 1024,
        bodyOctetsMax: Int = 4096,
        readTime: Duration = .seconds(5),
        replyTime: Duration = .seconds(10),
        writeTime: Duration = .seconds(5),
        idleTime: Duration = .seconds(5)
    ) {
        self.connectionCountMax = connectionCountMax
        self.headOctetsMax = headOctetsMax
        self.bodyOctetsMax = bodyOctetsMax
        self.readTime = readTime
        self.replyTime = replyTime
        self.writeTime = writeTime
        self.idleTime = idleTime
    }

    /// The limits of endpoints for probes and metrics.
    public static let endpoint = HTTPLimits()

    /// The limits of DNS over HTTPS, which `https` and `timeouts` may change.
    public static let dnsOverHTTPS = HTTPLimits(
        bodyOctetsMax: Limits.messageOctetsMax,
        readTime: .seconds(3),
        idleTime: .seconds(10)
    )
}
