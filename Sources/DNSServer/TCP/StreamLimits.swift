internal import NIOCore

/// The bounds of connections: those of ``Limits``, unless a test asks for smaller ones.
struct StreamLimits: Sendable {
    /// Connections open at once.
    var connectionCountMax = Limits.connectionCountMax
    /// How long a connection may be without a complete query.
    var idleTime = TimeAmount.seconds(Limits.connectionIdleSeconds)
    /// How long a client may take to send the rest of a query.
    var readTime = TimeAmount.seconds(Limits.connectionIdleSeconds)
    /// How long a client may take to accept replies that wait for it.
    var writeTime = TimeAmount.seconds(Limits.connectionIdleSeconds)
    /// Queries that a connection may bring; nil means any number.
    var queryCountMax: Int?
    /// How long a connection may live.
    var totalTime = TimeAmount.seconds(Limits.connectionTotalSeconds)
    /// How long clients have to take their replies when the server stops.
    var drainTime = TimeAmount.seconds(Limits.drainSeconds)
}

extension TimeAmount {
    /// The same time as a duration.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
