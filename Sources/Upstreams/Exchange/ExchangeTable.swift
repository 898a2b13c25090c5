/// What all groups of one loop share: attempts, buffers, random numbers.
final class ExchangeTable {
    /// Time, timers and descriptors.
    let loop: LoopCore
    /// Random numbers.
    var random: RandomPool
    /// Buffers for datagrams that leave.
    let sender = DatagramSender()
    /// Buffers for datagrams that arrive.
    let receiver = DatagramReceiver()
    private var attempts = AttemptTable()
    private var spare: [Exchange] = []
    private var streams: [StreamCarrier] = []

    init(_ loop: LoopCore, _ random: UpstreamRandom) {
        self.loop = loop
        self.random = RandomPool(random)
    }

    /// The time at which the turn began.
    var now: UInt64 { loop.time }

    /// Attempts under way.
    var attemptCount: Int { attempts.count }

    /// Takes an attempt on a carrier, which ends at `timeout` unless it is answered before.
    func begin(
        _ carrier: Carrier,
        _ exchange: Exchange?,
        timeout: UInt64
    ) throws(UpstreamFailure) -> Attempt {
        guard let attempt = attempts.begin(carrier, exchange, now: now, random: &random) else {
            throw UpstreamFailure(
                .overloaded,
                "\(carrier.upstream.endpoint): not asked, \(Limits.attemptCountMax) queries are"
                    + " on their way to upstreams"
            )
        }
        carrier.usedAt = now
        carrier.upstream.inFlight += 1
        attempts.setTimer(loop.setTimer(at: timeout, .attempt(attempt)), of: attempt)
        return attempt
    }

    /// Ends an attempt.
    func end(_ attempt: Attempt) {
        guard let carrier = attempt.carrier else { return }
        if let timer = attempts.end(attempt) { loop.cancelTimer(timer) }
        carrier.upstream.inFlight -= 1
        carrier.attemptEnded()
    }

    /// The attempt with an identifier on a carrier.
    func attempt(_ id: UInt16, on carrier: Carrier) -> Attempt? {
        attempts.find(id, carrier)
    }

    /// The attempt at a position, if it is still the same use of it.
    func attempt(position: Int, serial: UInt64) -> Attempt? {
        attempts.find(position: position, serial: serial)
    }

    /// Takes an exchange from stock.
    func takeExchange(_ group: GroupCore) -> Exchange {
        let exchange = spare.popLast() ?? Exchange()
        exchange.group = group
        return exchange
    }

    /// Puts an exchange back.
    func giveBack(_ exchange: Exchange) {
        exchange.clear()
        if spare.count < 1_024 { spare.append(exchange) }
    }

    /// Has a stream flushed at the end of the turn.
    func willFlush(_ stream: StreamCarrier) {
        streams.append(stream)
    }

    /// Whether there is something to send.
    var isDirty: Bool { sender.isDirty || !streams.isEmpty }

    /// Sends what has gathered.
    func flush() {
        sender.flush()
        guard !streams.isEmpty else { return }
        let dirty = streams
        streams.removeAll(keepingCapacity: true)
        for stream in dirty { stream.flush() }
    }
}
