public import AnswerCache

extension Transaction {
    /// Shows caches that the thread is reading; nil if it has no right to.
    public var readingEpoch: ReadingEpoch? { unsafe desk.pointee.epoch }

    /// Whether the query has waited for something, and is answered once more.
    public var hasWaited: Bool {
        unsafe desk.pointee.lent != nil || (desk.pointee.arrivals?.count ?? 0) > 0
    }

    /// Starts a query that nobody waits for, at a plugin of a chain.
    ///
    /// Beyond the bound it is left out: what it would renew is renewed when it is asked for.
    public mutating func startInBackground(
        _ request: [UInt8],
        in chain: PluginChain,
        from start: Int
    ) {
        let desk = unsafe self.desk
        guard unsafe desk.pointee.background.count < Limits.backgroundCountMax else { return }
        unsafe desk.pointee.background.append(
            BackgroundQuery(request: request, chain: chain, start: start)
        )
    }
}
