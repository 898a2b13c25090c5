internal import DNSWire

/// A group of upstreams as the loop's thread has it.
final class GroupCore {
    /// What the stanza says.
    let settings: UpstreamSettings
    /// The settings that every query needs.
    let bounds: GroupBounds
    /// What the loop's groups share.
    let table: ExchangeTable
    /// Counts what happens.
    let observer: (any UpstreamObserver)?
    /// Tells other threads when questions fail at once.
    let gate: UpstreamGate
    /// The upstreams.
    @safe @exclusivity(unchecked) private(set) var upstreams: [Upstream] = []
    /// The query of a probe, with identifier 0.
    let probe: [UInt8]
    /// Whether no more questions come.
    private(set) var isClosed = false
    private let failover: Set<UInt16>
    @safe @exclusivity(unchecked) private var shared = SharedQuestions()
    private let hash: QuestionHash
    @safe @exclusivity(unchecked) private var waiting = 0
    private var turn = 0
    private var answersSinceRefusal = false
    @safe @exclusivity(unchecked) private var hedgeCredit = 0

    /// Opens a group.
    ///
    /// - Throws: ``UpstreamFailure`` if the settings name no upstreams, too many, or certificates
    ///   that are of no use.
    init(
        _ settings: UpstreamSettings,
        _ table: ExchangeTable,
        _ observer: (any UpstreamObserver)?,
        _ gate: UpstreamGate = UpstreamGate()
    ) throws(UpstreamFailure) {
        self.settings = settings
        self.gate = gate
        bounds = GroupBounds(settings)
        self.table = table
        self.observer = observer
        hash = QuestionHash(&table.random)
        failover = Set(settings.failover.map(\.rawValue))
        probe = Self.probe(settings.healthCheck)
        guard (1...Limits.upstreamCountMax).contains(settings.endpoints.count) else {
            throw UpstreamFailure(
                .system,
                "\(settings.endpoints.count) upstreams; from 1 to \(Limits.upstreamCountMax) are"
                    + " possible"
            )
        }
        for (index, endpoint) in settings.endpoints.enumerated() {
            upstreams.append(try Upstream(endpoint, index: index, group: self))
        }
    }

    /// Asks for an answer to a query.
    func exchange(
        _ request: UnsafeRawBufferPointer,
        over transport: UpstreamTransport,
        deadline: UInt64?,
        for asker: UpstreamAsker
    ) {
        guard let shape = unsafe RequestShape(request) else {
            asker.take(.failure(.malformedRequest))
            return
        }
        guard bounds.maxConcurrent == 0 || waiting < bounds.maxConcurrent else {
            observer?.refusedConcurrent()
            refuse(.tooManyConcurrent)
            asker.take(.failure(.tooManyConcurrent(maximum: bounds.maxConcurrent)))
            return
        }
        guard waiting < Limits.waitingCountMax else {
            refuse(.overloaded)
            let text = "\(waiting) questions wait already"
            asker.take(.failure(UpstreamFailure(.overloaded, text)))
            return
        }
        let used = effective(transport)
        let key = unsafe shape.isPlain ? hash.hash(request, shape, used) : nil
        if let key, let running = shared.find(key), unsafe running.isSame(request, shape) {
            addWaiting()
            observer?.joined()
            unsafe running.join(request, shape, now: table.now, asker)
            return
        }
        addWaiting()
        unsafe table.takeExchange(self)._withUnsafeGuaranteedRef { exchange in
            unsafe begin(exchange, request, shape, key, used, deadline, asker)
        }
    }

    private func begin(
        _ exchange: Exchange,
        _ request: UnsafeRawBufferPointer,
        _ shape: RequestShape,
        _ key: UInt64?,
        _ used: UpstreamTransport,
        _ deadline: UInt64?,
        _ asker: UpstreamAsker
    ) {
        let now = table.now
        let latest = now + bounds.exchangeTimeout
        unsafe exchange.begin(
            request,
            shape,
            key: key,
            transport: used,
            deadline: min(latest, deadline ?? latest),
            withEDNS: bounds.addsEDNS
        )
        exchange.wait(shape, now: now, asker)
        if bounds.randomizesCase { exchange.randomizeCase(&table.random) }
        if let key { shared.set(key, exchange) }
        if upstreams.count > 1 {
            choose(&exchange.order)
        } else if exchange.order.count != 1 {
            exchange.order = [0]
        }
        hedgeCredit = min(hedgeCredit + 1, 10 * Limits.hedgeBurst)
        exchange.advance(in: self)
    }

    /// Counts a client that waits; the group holds itself as long as any does.
    private func addWaiting() {
        if waiting == 0 { _ = unsafe Unmanaged.passRetained(self) }
        waiting += 1
    }

    /// What a question goes over: CoreDNS' `force_tcp` wins over `prefer_udp`.
    private func effective(_ transport: UpstreamTransport) -> UpstreamTransport {
        if bounds.forcesTCP { return .tcp }
        return bounds.prefersUDP ? .udp : transport
    }

    /// Puts the upstreams into the order in which they are to be tried.
    private func choose(_ order: inout [Int]) {
        order.removeAll(keepingCapacity: true)
        order.append(contentsOf: 0..<upstreams.count)
        switch settings.policy {
        case .sequential: break
        case .random: shuffle(&order)
        case .roundRobin:
            // The first one moves on, the others keep their order.
            let first = order.remove(at: turn % upstreams.count)
            order.insert(first, at: 0)
            turn &+= 1
        case .fastest:
            // Now and then another one gets a chance to show that it is faster by now; so does
            // one that hasn't been asked yet.
            if table.random.next(below: 32) == 0 {
                shuffle(&order)
            } else {
                order.sort { upstreams[$0].roundTrip.usual < upstreams[$1].roundTrip.usual }
            }
        }
    }

    private func shuffle(_ order: inout [Int]) {
        for position in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(position, table.random.next(below: position + 1))
        }
    }

    /// Whether the code of an answer is worth asking the next upstream.
    func failsOver(_ code: UInt16) -> Bool {
        !failover.isEmpty && failover.contains(code)
    }

    /// Tells other threads that questions fail at once.
    func refuse(_ refusal: UpstreamGate.Refusal) {
        answersSinceRefusal = false
        gate.close(refusal, at: table.now)
    }

    /// Notes that an upstream is well.
    func answered() {
        answersSinceRefusal = true
    }

    /// Notes that there is one less of something that has a bound.
    ///
    /// Questions are let in again when upstreams answer and there is room for more than a few:
    /// where nobody answers, those that come would wait for nothing.
    func madeRoom() {
        guard answersSinceRefusal, gate.isClosed else { return }
        let bound = bounds.maxConcurrent == 0 ? Limits.waitingCountMax : bounds.maxConcurrent
        guard Self.isRoomy(waiting, of: bound),
            upstreams.contains(where: { Self.isRoomy($0.inFlight, of: $0.inFlightBound) })
        else { return }
        gate.open()
    }

    private static func isRoomy(_ count: Int, of bound: Int) -> Bool { count < bound - bound / 8 }

    /// Takes the right to a second question: one for ten first ones.
    func takeHedge() -> Bool {
        guard hedgeCredit >= 10 else { return false }
        hedgeCredit -= 10
        return true
    }

    /// Lets no more questions join one.
    func forget(_ exchange: Exchange) {
        guard let key = exchange.key else { return }
        shared.remove(key, exchange)
    }

    /// Puts away a question that everybody has got an outcome of.
    func ended(_ exchange: Exchange) {
        waiting -= exchange.waiterCount
        madeRoom()
        table.giveBack(exchange)
        if waiting == 0 { unsafe Unmanaged.passUnretained(self).release() }
    }

    /// Questions that wait for an outcome.
    var waitingCount: Int { waiting }

    /// Takes no more questions; those under way go on.
    func close() {
        isClosed = true
        for upstream in upstreams { upstream.close() }
        linger()
    }

    /// Stays as long as answers may come: sockets and streams don't keep their group.
    private func linger() {
        guard upstreams.contains(where: \.isOpen) else {
            upstreams = []
            return
        }
        table.loop.schedule(after: .seconds(1)) { self.linger() }
    }

    /// A query for the NS records of the probes' domain.
    private static func probe(_ settings: HealthCheckSettings) -> [UInt8] {
        var wire: [UInt8] = [0, 0, settings.recursionDesired ? 1 : 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        wire += settings.domain.octets
        wire += [0, 2, 0, 1]
        return wire
    }
}
