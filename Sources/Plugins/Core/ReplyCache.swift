/// A cache in front of upstreams.
///
/// The `cache` plugin makes itself known to the queries that pass it; a plugin that is about to ask
/// an upstream asks the cache first. So a cached reply never stands in front of data that is held
/// here: by then, everything in the chain that knows the name has answered.
///
/// `@unchecked Sendable`: as for ``Plugin``.
open class ReplyCache: @unchecked Sendable {
    /// Creates a cache.
    public init() {}

    /// Answers a query from what is held.
    ///
    /// `rest` begins with the plugin that asks.
    ///
    /// - Returns: Nil if the upstream has to be asked.
    open func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition? {
        nil
    }

    /// Takes what an upstream replied to a query, before the reply is written; may cut the times to
    /// live in it to the cache's bounds, and never raises one.
    open func keep(_ reply: inout [UInt8], for transaction: inout Transaction) {}

    /// Answers a query whose upstreams failed from what is held and has expired (RFC 8767).
    ///
    /// - Returns: Nil if there is nothing that may still be used.
    open func answerStale(_ transaction: inout Transaction) -> Disposition? {
        nil
    }
}
