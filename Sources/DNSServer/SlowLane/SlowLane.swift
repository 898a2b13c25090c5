internal import ClusterView
internal import DNSWire
internal import Dispatch
internal import Metrics
internal import Plugins
internal import Synchronization
internal import Upstreams

/// Where queries wait: the one thread that runs errands and answers again the queries that they
/// were for.
///
/// Workers hand queries over and go on; however full it is here, and whatever upstreams do, names
/// that need nobody else are answered as before. The number of queries is bounded: one more is
/// answered with SERVFAIL at once.
final class SlowLane: Sendable {
    private let services: ServerServices
    private let places: Places
    private let rejected: Counter
    private let gauge: GaugeRegistration
    private let confined: SlowLaneState

    /// The places for queries: how many there are, and how many are taken.
    final class Places: Sendable {
        let taken = Atomic<Int>(0)
        let limit: Int

        init(limit: Int) {
            self.limit = limit
        }
    }

    /// Opens the lane on the loop of `services`, for at most `limit` queries.
    init(_ services: ServerServices, limit: Int = Limits.pendingQueryCountMax) {
        self.services = services
        let places = Places(limit: limit)
        self.places = places
        rejected = services.metrics.counter(
            "martlet_slow_lane_rejected_total",
            help: "Queries refused because too many wait already.",
            labels: []
        )
        gauge = services.metrics.gauge(
            "martlet_slow_lane_queries",
            help: "Queries that wait for an upstream or the like.",
            labels: []
        ) { Double(places.taken.load(ordering: .relaxed)) }
        let confined = SlowLaneState(services, places)
        self.confined = confined
        let loop = services.loop
        // A loop takes such a wish on its own thread.
        loop.post { loop.onTurnEnd { confined.flush() } }
    }

    /// Queries that wait.
    var waitingCount: Int { places.taken.load(ordering: .relaxed) }

    /// Whether one more query may wait; counts it if so.
    func admit() -> Bool {
        let now = places.taken.add(1, ordering: .relaxed).newValue
        guard now <= places.limit else {
            release()
            services.metrics.shared.add(rejected)
            return false
        }
        return true
    }

    /// Gives back the place of a query that was admitted.
    func release() {
        places.taken.subtract(1, ordering: .relaxed)
    }

    /// Waits until no query waits any more, or the time is over; blocks the calling thread.
    func drain(atMost time: Duration) {
        let end = ContinuousClock.now + time
        let done = DispatchSemaphore(value: 0)
        while waitingCount > 0, ContinuousClock.now < end {
            // The lane's own turns say when to look again.
            guard services.loop.post({ done.signal() }) else { return }
            _ = done.wait(timeout: .now() + 0.01)
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + 0.001)
        }
    }

    /// Takes over queries that were admitted.
    ///
    /// - Returns: False, and the places are given back, if the lane takes nothing now.
    @discardableResult
    func submit(_ queries: PendingList) -> Bool {
        guard !queries.isEmpty else { return true }
        let isTaken = services.loop.post { [self] in begin(queries) }
        guard !isTaken else { return true }
        // The mailbox is full: clients over UDP ask again, connections are told.
        var rest = queries
        while let query = unsafe rest.popFirst() {
            release()
            unsafe query._withUnsafeGuaranteedRef {
                if case .stream(let deliver) = $0.destination { deliver(nil, nil) }
            }
            unsafe query.release()
        }
        return false
    }

    /// Lets go of the configuration before, though nothing waits.
    func refresh(_ configuration: ServingConfiguration) {
        _ = services.loop.post { [confined] in confined.adopt(configuration) }
    }

    private func begin(_ queries: PendingList) {
        var rest = queries
        while let query = unsafe rest.popFirst() {
            // SAFETY: the lane owns the query from here on; it is let go at the end of a turn, not
            // before this returns.
            unsafe query._withUnsafeGuaranteedRef {
                $0.enter(self)
                begin($0)
            }
        }
    }

    private func begin(_ query: PendingQuery) {
        switch query.wait {
        case .nothing: step(query, nil)
        case .errand(let errand):
            query.wait = .nothing
            errand.start { [self] result in
                query.keep(result, for: errand.key)
                step(query, nil)
            }
        case .packet(let wish):
            query.wait = .nothing
            unsafe query.asked = wish.errand
            unsafe wish.errand._withUnsafeGuaranteedRef {
                unsafe $0.start(
                    query.request,
                    over: wish.transport,
                    deadline: wish.deadline,
                    for: query
                )
            }
        }
    }

    /// Takes what came of asking with a query's packet.
    func take(_ outcome: UpstreamOutcome, for query: PendingQuery) {
        guard let asked = query.asked else { return }
        switch outcome {
        case .reply(let reply):
            let lent = unsafe asked._withUnsafeGuaranteedRef {
                unsafe LentReply(to: $0, reply.octets, from: reply.upstream)
            }
            step(query, lent)
        case .failure(let failure):
            let key = unsafe asked._withUnsafeGuaranteedRef { $0.key }
            query.keep(ErrandResult(failure), for: key)
            step(query, nil)
        }
    }

    private func step(_ query: PendingQuery, _ lent: LentReply?) {
        if confined.answer(query, lent) {
            begin(query)
            return
        }
        confined.finish(query)
        guard confined.hasBackground else { return }
        submit(confined.takeBackground { admit() })
    }
}
