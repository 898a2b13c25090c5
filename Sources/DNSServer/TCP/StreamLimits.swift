internal import NIOCore

/// The bounds of connections: those of ``Limits``, unless a test asks for smaller ones.
struct StreamLimits: Sendable {
    /// Connections open at once.
    var connectionCountMax = Limits.connectionCountMax
    /// How long a connection may be without a complete query.
    var idleTime = TimeAmount.seconds(Limits.connectionIdleSeconds)
    /// How long a connection may live.
    var totalTime = TimeAmount.seconds(Limits.connectionTotalSeconds)
    /// How long clients have to take their replies when the server stops.
    var drainTime = TimeAmount.seconds(Limits.drainSeconds)
}
