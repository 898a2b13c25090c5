/// What all groups of one loop share: attempts, buffers, random numbers.
@safe
final class ExchangeTable {
    /// Time, timers and descriptors.
    let loop: LoopCore
    /// Random numbers.
    @safe @exclusivity(unchecked) var random: RandomPool
    /// Buffers for datagrams that leave.
    let sender = DatagramSender()
    /// Buffers for datagrams that arrive.
    let receiver = DatagramReceiver()
    @safe @exclusivity(unchecked) private var attempts = AttemptTable()
    /// Every exchange that was ever made here.
    private var exchanges: [Exchange] = []
    /// Those of them that are in stock: the last one, which leads to the others.
    @safe @exclusivity(unchecked) private var spare: Unmanaged<Exchange>?
    private var spareCount = 0
    private var streams: [StreamCarrier] = []

    init(_ loop: LoopCore, _ random: UpstreamRandom) {
        self.loop = loop
        self.random = RandomPool(random)
    }

    /// The time at which the turn began.
    var now: UInt64 { loop.time }

    /// Attempts under way.
    var attemptCount: Int { attempts.count }

    /// Takes an attempt on a carrier, which ends at `timeout` unless it is answered before; nil if
    /// there are too many, see ``full(_:)``.
    func begin(
        _ carrier: Carrier,
        _ exchange: Exchange?,
        timeout: UInt64
    ) -> Attempt? {
        let now = loop.time
        guard let attempt = attempts.begin(carrier, exchange, now: now, random: &random) else {
            return nil
        }
        carrier.usedAt = now
        carrier.upstream.inFlight += 1
        attempts.setTimer(loop.setTimer(at: timeout, .attempt(attempt)), of: attempt)
        return attempt
    }

    /// The failure of a query for which there is no attempt left.
    func full(_ upstream: Upstream) -> UpstreamFailure {
        UpstreamFailure(
            .overloaded,
            "\(upstream.endpoint): not asked, \(Limits.attemptCountMax) queries are on their way to"
                + " upstreams"
        )
    }

    /// Ends an attempt, if it is under way.
    func end(_ attempt: Attempt) {
        guard let (reference, timer) = unsafe attempts.end(attempt) else { return }
        if let timer { loop.cancelTimer(timer) }
        let isLast = unsafe reference._withUnsafeGuaranteedRef { carrier in
            let isLast = carrier.attemptCount == 0
            carrier.upstream.attemptEnded()
            if carrier.isRetired { carrier.attemptEnded() }
            return isLast
        }
        if isLast { unsafe reference.release() }
    }

    /// Ends an attempt without an answer, if it is under way.
    ///
    /// - Parameters:
    ///   - attempt: The attempt.
    ///   - failure: What happened.
    ///   - canReconnect: Whether it may be sent once more on another connection, because the
    ///     upstream had closed this one while it was idle.
    func fail(_ attempt: Attempt, _ failure: UpstreamFailure, canReconnect: Bool) {
        guard let upstream = attempts.carrier(attempt)?.upstream else { return }
        let exchange = unsafe attempts.exchange(attempt)?.takeUnretainedValue()
        end(attempt)
        guard let exchange else {
            upstream.probeFailed()
            return
        }
        exchange.failed(attempt, upstream, failure, canReconnect: canReconnect)
    }

    /// Ends an attempt because its time is up.
    func timedOut(_ attempt: Attempt) {
        guard let carrier = attempts.carrier(attempt) else { return }
        // The timer has gone off, and need not be cancelled.
        attempts.setTimer(nil, of: attempt)
        let sentAt = attempts.sentAt(attempt)
        fail(attempt, carrier.failure(.timeout), canReconnect: false)
        (carrier as? StreamCarrier)?.wasSilent(since: sentAt)
    }

    /// The attempt with an identifier on a carrier.
    func attempt(_ id: UInt16, on carrier: Carrier) -> Attempt? {
        attempts.find(id, carrier)
    }

    /// What an attempt travels on; nil if it has ended.
    func carrier(_ attempt: Attempt) -> Carrier? { attempts.carrier(attempt) }

    /// The question of an attempt; nil if it has ended, and for a probe.
    func exchange(_ attempt: Attempt) -> Unmanaged<Exchange>? {
        unsafe attempts.exchange(attempt)
    }

    /// When an attempt that is under way was sent.
    func sentAt(_ attempt: Attempt) -> UInt64 { attempts.sentAt(attempt) }

    /// The attempts under way on a carrier.
    func attempts(on carrier: Carrier) -> [Attempt] { attempts.attempts(on: carrier) }

    /// Takes an exchange from stock.
    ///
    /// There are as many as questions were under way at a time, which is bounded, and they stay.
    ///
    /// Its group holds itself as long as questions of it are under way.
    func takeExchange(_ group: GroupCore) -> Unmanaged<Exchange> {
        // SAFETY: `exchanges` holds every exchange.
        guard let exchange = spare else {
            let exchange = Exchange(group)
            exchanges.append(exchange)
            return unsafe .passUnretained(exchange)
        }
        unsafe exchange._withUnsafeGuaranteedRef {
            unsafe spare = $0.nextSpare
            unsafe $0.owner = .passUnretained(group)
        }
        spareCount -= 1
        return unsafe exchange
    }

    /// Puts an exchange back.
    func giveBack(_ exchange: Exchange) {
        exchange.clear(keepsMemory: spareCount < Limits.spareExchangeCount)
        unsafe exchange.nextSpare = spare
        unsafe spare = .passUnretained(exchange)
        spareCount += 1
    }

    /// Has a stream flushed at the end of the turn.
    func willFlush(_ stream: StreamCarrier) {
        streams.append(stream)
    }

    /// Whether there is something to send.
    var isDirty: Bool { sender.isDirty || !streams.isEmpty }

    /// Sends what has gathered.
    func flush() {
        sender.flush(self)
        guard !streams.isEmpty else { return }
        let dirty = streams
        streams.removeAll(keepingCapacity: true)
        for stream in dirty { stream.flush() }
    }
}
