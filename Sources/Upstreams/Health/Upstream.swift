/// One upstream of a group: its sockets, its health and its budget.
///
/// It and its group keep each other, and its sockets keep it, until the group is closed: counting
/// plain references costs less for each query than weak or unowned ones.
final class Upstream {
    /// Its position in the settings.
    let index: Int
    /// Its address.
    let endpoint: UpstreamEndpoint
    /// The group.
    let group: GroupCore
    /// What the loop's groups share.
    let table: ExchangeTable
    /// The settings that every query needs.
    let bounds: GroupBounds
    /// Queries on their way to it.
    @safe @exclusivity(unchecked) var inFlight = 0
    /// How fast it answers.
    @safe @exclusivity(unchecked) private(set) var roundTrip = RoundTrip()
    @safe @exclusivity(unchecked) private var breaker = CircuitBreaker()
    private var failedProbes = 0
    /// When it answered a question last; 0 if it never did.
    @safe @exclusivity(unchecked) private var lastAnswer: UInt64 = 0
    private var isProbing = false
    private var plainUntil: UInt64 = 0
    private var isSweeping = false
    @safe @exclusivity(unchecked) private var datagrams = DatagramPool()
    /// Its streams.
    let streams: StreamPool

    init(_ endpoint: UpstreamEndpoint, index: Int, group: GroupCore) throws(UpstreamFailure) {
        self.endpoint = endpoint
        self.index = index
        self.group = group
        table = group.table
        bounds = group.bounds
        streams = try StreamPool(endpoint, group.settings)
    }

    /// The settings of its group.
    var settings: UpstreamSettings { group.settings }

    /// Whether so many probes failed that it counts as down.
    var isDown: Bool {
        bounds.maxFails > 0 && failedProbes > bounds.maxFails
    }

    /// Whether it should be asked.
    func isUsable(_ now: UInt64) -> Bool {
        !isDown && (breaker.allows(now) || !bounds.breaksCircuits)
    }

    /// Whether it is to be asked without EDNS of ours.
    func isPlain(_ now: UInt64) -> Bool {
        now < plainUntil
    }

    /// Notes that it doesn't know EDNS.
    func refusedEDNS() {
        plainUntil = table.now + Limits.plainPeriod.nanoseconds
    }

    /// Queries that may be on their way to it: few, as long as nothing says that it is well.
    ///
    /// One that answers questions is well, though it may know nothing of probes.
    var inFlightBound: Int {
        let hasFailed = isDown || bounds.breaksCircuits && breaker.isOnTrial
        let isOnTrial = hasFailed && table.now - lastAnswer > bounds.readTimeout
        return isOnTrial ? min(bounds.inFlightMax, Limits.trialInFlightMax) : bounds.inFlightMax
    }

    /// Notes that a query is on its way to it no more.
    func attemptEnded() {
        inFlight -= 1
        group.madeRoom()
    }

    /// Sends a question's query.
    func ask(
        _ exchange: Exchange,
        over transport: UpstreamTransport
    ) throws(UpstreamFailure) -> Attempt {
        guard inFlight < inFlightBound else {
            throw UpstreamFailure(
                .overloaded,
                "\(endpoint): not asked, \(inFlight) queries are on their way to it"
            )
        }
        let timeout = min(table.now + bounds.readTimeout, exchange.deadline)
        return try unsafe send(exchange.wire, exchange, over: transport, timeout: timeout)
    }

    private func send(
        _ wire: UnsafeRawBufferPointer,
        _ exchange: Exchange?,
        over transport: UpstreamTransport,
        timeout: UInt64
    ) throws(UpstreamFailure) -> Attempt {
        sweepLater()
        guard endpoint.scheme == .dns, transport == .udp else {
            let (stream, isReused) = streams.stream(self)
            group.observer?.connected(index, .tcp, isReused: isReused)
            guard let attempt = table.begin(stream, exchange, timeout: timeout) else {
                throw table.full(self)
            }
            stream.send(unsafe Array(wire), attempt)
            return attempt
        }
        // SAFETY: the pool holds the socket, and is not changed meanwhile.
        let (socket, isReused) = unsafe try datagrams.socket(self)
        group.observer?.connected(index, .udp, isReused: isReused)
        let attempt = unsafe socket._withUnsafeGuaranteedRef { socket -> Attempt? in
            let attempt = table.begin(socket, exchange, timeout: timeout)
            if let attempt { unsafe table.sender.add(wire, attempt, socket) }
            return attempt
        }
        guard let attempt else { throw table.full(self) }
        return attempt
    }

    /// Notes an answer, whatever its code: who answers is well.
    func answered(age: UInt64, code: UInt16) {
        roundTrip.add(age)
        breaker.succeeded()
        lastAnswer = table.now
        group.answered()
        group.observer?.answered(index, code: code, nanoseconds: age)
    }

    /// Notes that an attempt failed.
    func attemptFailed() {
        roundTrip.addFailure(bounds.readTimeout)
        breaker.failed(table.now, random: table.random.next())
        guard bounds.maxFails > 0, !isProbing, !group.isClosed else { return }
        isProbing = true
        probe()
    }

    /// Closes what is idle, now and in a while, as long as anything is open.
    private func sweepLater() {
        guard !isSweeping else { return }
        isSweeping = true
        let interval = max(settings.expire / 2, .seconds(1))
        table.loop.schedule(after: interval) { [self] in
            isSweeping = false
            let areSocketsOpen = datagrams.sweep(self)
            if streams.sweep(self) || areSocketsOpen { sweepLater() }
        }
    }

    /// Whether a socket or a stream of its is open.
    var isOpen: Bool { inFlight > 0 || datagrams.isOpen || streams.isOpen }

    /// Has everything closed once its last answer has come.
    func close() {
        datagrams.retireAll()
        streams.retireAll()
    }
}

extension Upstream {
    /// Asks whether the upstream is well (CoreDNS `proxy.Healthcheck`).
    private func probe() {
        let transport: UpstreamTransport = settings.forcesTCP ? .tcp : .udp
        let timeout = table.now + Limits.probeTimeout.nanoseconds
        let isSent = unsafe group.probe.withUnsafeBytes { wire in
            (unsafe try? send(wire, nil, over: transport, timeout: timeout)) != nil
        }
        if !isSent { probeFailed() }
    }

    /// Takes a message with the identifier of a probe: any answer will do.
    func receivedProbe(_ attempt: Attempt, _ reply: UnsafeRawBufferPointer) {
        guard unsafe reply.word(2) & 0x8000 != 0 else { return }
        table.end(attempt)
        failedProbes = 0
        isProbing = false
        breaker.succeeded()
        group.answered()
        group.madeRoom()
    }

    /// Counts a probe without answer, and has another one follow.
    func probeFailed() {
        failedProbes += 1
        group.observer?.probeFailed(index)
        let interval = settings.healthCheck.interval.nanoseconds
        // A tenth more or less, so that the probes of many servers don't come at once.
        let jitter = table.random.next() % (interval / 5 + 1)
        let delay = Duration.nanoseconds(Int64(clamping: interval - interval / 10 + jitter))
        table.loop.schedule(after: delay) { [self] in
            if group.isClosed { isProbing = false } else { probe() }
        }
    }

    /// Takes a message that arrived on one of its carriers.
    func received(
        _ octets: UnsafeMutableRawBufferPointer,
        on carrier: Carrier,
        isCut: Bool
    ) -> Bool {
        let reply = UnsafeRawBufferPointer(octets)
        guard reply.count >= RequestShape.headerOctets,
            let attempt = unsafe table.attempt(reply.word(0), on: carrier)
        else {
            group.observer?.droppedStray(index)
            return false
        }
        unsafe received(attempt, on: carrier, octets, isCut: isCut)
        return true
    }

    /// Takes the answer to an attempt that is under way on `carrier`.
    func received(
        _ attempt: Attempt,
        on carrier: Carrier,
        _ octets: UnsafeMutableRawBufferPointer,
        isCut: Bool
    ) {
        if let exchange = unsafe table.exchange(attempt) {
            // SAFETY: the table that it came from holds it.
            unsafe exchange._withUnsafeGuaranteedRef {
                unsafe $0.received(attempt, on: carrier, octets, isCut: isCut, in: group)
            }
        } else {
            unsafe receivedProbe(attempt, UnsafeRawBufferPointer(octets))
        }
    }
}
