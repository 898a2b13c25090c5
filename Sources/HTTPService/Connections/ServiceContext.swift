internal import NIOCore

/// What all connections of a service share.
struct ServiceContext: Sendable {
    let router: HTTPRouter
    let limits: HTTPLimits
    let table: ConnectionTable
    /// Called with the status of each reply.
    let onReply: (@Sendable (Int) -> Void)?
}

extension Duration {
    /// The time as event loops count it.
    var amount: TimeAmount {
        let (seconds, attoseconds) = components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
