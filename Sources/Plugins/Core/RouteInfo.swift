public import DNSWire

/// What is known of the way a query took to its chain: for metrics, logs and keys of caches.
public final class RouteInfo: Sendable {
    /// The zone of the server block that answers.
    public let zone: Name
    /// The listener as metrics call it, such as `dns://:53`.
    public let server: String
    /// The name of the block's `view`; empty without.
    public let view: String
    /// A number that tells the views of a configuration apart; 0 without.
    public let viewNumber: UInt16
    /// The counters of `prometheus` for this way; nil without.
    public let counters: RequestCounters?
    /// Whether `metadata` is in the block, so that what plugins tell can be read.
    public let readsMetadata: Bool

    /// Describes a way.
    public init(
        zone: Name,
        server: String,
        view: String = "",
        viewNumber: UInt16 = 0,
        counters: RequestCounters? = nil,
        readsMetadata: Bool = true
    ) {
        self.zone = zone
        self.server = server
        self.view = view
        self.viewNumber = viewNumber
        self.counters = counters
        self.readsMetadata = readsMetadata
    }
}
