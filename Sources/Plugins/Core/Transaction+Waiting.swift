public import Metrics

extension Transaction {
    /// The result of an errand, if it was done; else makes the query wait for it.
    ///
    /// - Returns: Nil if the query has to wait: the plugin then returns ``Disposition/waiting`` at
    ///   once.
    public mutating func result(
        of key: ErrandKey,
        or errand: () -> Errand
    ) -> (result: ErrandResult, isNew: Bool)? {
        let desk = unsafe self.desk
        if let arrivals = unsafe desk.pointee.arrivals {
            if let found = arrivals.take(key) { return found }
            guard arrivals.count < Limits.errandCountMax else {
                return (Self.tooManyErrands, false)
            }
        }
        unsafe desk.pointee.packetWish = nil
        unsafe desk.pointee.errand = errand()
        return nil
    }

    /// Starts a query that nobody waits for, at the plugin that `rest` begins with.
    ///
    /// Beyond the bound it is left out: what it would renew is renewed when it is asked for.
    public mutating func startInBackground(_ request: [UInt8], at rest: RestOfChain) {
        let desk = unsafe self.desk
        let count = unsafe desk.pointee.background.count
        guard count < Limits.backgroundCountMax, let chain = rest.chain else { return }
        unsafe desk.pointee.background.append(
            BackgroundQuery(request: request, chain: chain, start: rest.index)
        )
    }

    /// Says why the query fails.
    ///
    /// - Returns: ``Disposition/serverFailure``, for a plugin to return.
    public mutating func fail(_ reason: String) -> Disposition {
        fail(.text(reason))
        return .serverFailure
    }

    /// Says why the query fails; the plugin says with what.
    mutating func fail(_ failure: QueryFailure) {
        let desk = unsafe self.desk
        unsafe desk.pointee.failure = failure
    }

    /// Why the query failed, as a plugin said it.
    public var failure: String? { unsafe desk.pointee.failure?.description }

    /// Forgets why a query failed, or one before it.
    mutating func forgetFailure() {
        let desk = unsafe self.desk
        guard unsafe desk.pointee.failure != nil else { return }
        unsafe desk.pointee.failure = nil
    }

    /// Makes messages follow the reply over a stream.
    public mutating func send(_ stream: MessageStream) {
        let desk = unsafe self.desk
        unsafe desk.pointee.stream = stream
    }

    /// What plugins told about the query, by `plugin/label`.
    public var metadata: [String: String] { unsafe desk.pointee.metadata }

    /// Whether anybody can read what plugins tell about the query after it was answered.
    var readsMetadata: Bool {
        guard let route = unsafe route else { return true }
        return unsafe route._withUnsafeGuaranteedRef { $0.readsMetadata }
    }

    /// Tells something about the query, by `plugin/label`.
    public mutating func setMetadata(_ label: String, _ value: String) {
        let desk = unsafe self.desk
        unsafe desk.pointee.metadata[label] = value
    }

    /// Forgets what plugins told about the query, or about the one before it.
    @inlinable
    public mutating func clearMetadata() {
        let desk = unsafe self.desk
        guard unsafe !desk.pointee.metadata.isEmpty else { return }
        unsafe desk.pointee.metadata.removeAll(keepingCapacity: true)
    }

    /// The counters of the thread that answers.
    public var metrics: MetricsWriter { unsafe desk.pointee.metrics }

    /// Nanoseconds of the monotonic clock when the batch came in.
    public var batchTime: UInt64 { unsafe desk.pointee.time }
}

extension Transaction {
    /// The result of an errand, if it was done.
    func doneResult(of key: ErrandKey) -> ErrandResult? {
        unsafe desk.pointee.arrivals?.take(key)?.result
    }

    /// Takes back that the query has to wait: for a plugin that returns something else instead of
    /// ``Disposition/waiting``.
    mutating func forgetErrand() {
        let desk = unsafe self.desk
        unsafe desk.pointee.errand = nil
        unsafe desk.pointee.packetWish = nil
    }
}
